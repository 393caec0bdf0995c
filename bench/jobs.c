/* jobs.c: what is measured in a row: which implementations, and under which names.
 *
 * SPDX-License-Identifier: MIT */
#include "harness.h"

#include <string.h>

/* Every implementation: the kinds of channel, and what they are compared with. */
#define EACH_IMPLEMENTATION(X)      \
    X(spsc_bounded_total)           \
    X(mpsc_bounded_total)           \
    X(mpsc_bounded_per_sender)      \
    X(spmc_bounded_total)           \
    X(mpmc_bounded_total)           \
    X(mpmc_bounded_per_sender)      \
    X(spsc_unbounded_total)         \
    X(mpsc_unbounded_total)         \
    X(mpsc_unbounded_per_sender)    \
    X(spmc_unbounded_total)         \
    X(mpmc_unbounded_total)         \
    X(mpmc_unbounded_per_sender)    \
    X(spsc_rendezvous_total)        \
    X(mpmc_rendezvous_total)        \
    X(any_spsc_bounded_total)       \
    X(any_mpmc_bounded_total)       \
    X(mutex_bounded_total)          \
    X(mutex_unbounded_total)        \
    X(bare)

#define DECLARE(name) extern const struct bench_implementation bench_##name;
EACH_IMPLEMENTATION(DECLARE)

#define POINT_TO(name) &bench_##name,
static const struct bench_implementation *const implementations[] = { EACH_IMPLEMENTATION(POINT_TO) };
#define IMPLEMENTATIONS (sizeof implementations / sizeof *implementations)

_Static_assert(2 * IMPLEMENTATIONS <= BENCH_JOBS_MAX, "in a crowd there are two jobs for each");

const char *bench_workload_name(enum bench_workload workload)
{
    static const char *const names[] = { "throughput", "batch", "inplace", "crowd", "pingpong", "sequential",
                                         "trickle", "idle-cpu", "idle-cpu-send" };
    return names[workload];
}

const char *bench_placement_name(enum bench_placement placement)
{
    static const char *const names[] = { "spread", "one-cpu", "free", "-" };
    return names[placement];
}

const char *bench_buffer_name(enum bench_buffer buffer)
{
    static const char *const names[] = { "bounded", "unbounded", "rendezvous" };
    return names[buffer];
}

unsigned bench_batch_of(const struct bench_row *row)
{
    return row->workload == BENCH_IN_BATCHES || row->workload == BENCH_INPLACE ? BENCH_BATCH : 0;
}

const char *bench_label(const struct bench_implementation *i, char text[BENCH_NAME_MAX])
{
    const char *buffer = bench_buffer_name(i->buffer);
    if (strncmp(i->name, "sluice", 6) == 0)
        snprintf(text, BENCH_NAME_MAX, "%s-%s-%s-%s", i->name, i->flavour, buffer, i->order);
    else if (i->buffer == BENCH_BOUNDED)
        snprintf(text, BENCH_NAME_MAX, "%s", i->name);
    else
        snprintf(text, BENCH_NAME_MAX, "%s-%s", i->name, buffer);
    return text;
}

static const struct bench_ops *ops_for(const struct bench_implementation *i, size_t bytes)
{
    return i->ops[bytes == 8 ? 0 : bytes == 64 ? 1 : 2];
}

static bool can(const struct bench_implementation *i, const struct bench_row *row)
{
    bool idle = row->workload == BENCH_IDLE_RECEIVER || row->workload == BENCH_IDLE_SENDER;
    bool sized = !i->power_of_two || (row->capacity & (row->capacity - 1)) == 0;
    bool enough = row->senders <= i->senders_max && row->receivers <= i->receivers_max &&
                  (row->workload != BENCH_CROWD || i->senders_max > 1);
    return ops_for(i, row->bytes) && i->buffer == row->buffer && enough && sized && (i->sleeps || !idle);
}

/* Whether it is the typed channel made for that many ends and not for more, or what such are compared with. */
static bool is_closest(const struct bench_implementation *i, const struct bench_row *row)
{
    bool many_senders = row->senders > 1 || row->workload == BENCH_CROWD, many_receivers = row->receivers > 1;
    if (strcmp(i->name, "sluice-any") == 0)
        return false;
    return strcmp(i->name, "sluice") != 0 ||
           ((i->senders_max > 1) == many_senders && (i->receivers_max > 1) == many_receivers);
}

static void name_case(struct bench_case *c)
{
    const struct bench_row *row = c->row;
    char label[BENCH_NAME_MAX], capacity[24] = "-", idle[12] = "";
    if (row->buffer == BENCH_BOUNDED)
        snprintf(capacity, sizeof capacity, "%zu", row->capacity);
    if (row->workload == BENCH_CROWD)
        snprintf(idle, sizeof idle, "+%u", c->idle);
    snprintf(c->name, sizeof c->name, "%s/%zuB/%s/%ux%u%s/%s/%.60s", bench_workload_name(row->workload),
             row->bytes, capacity, row->senders, row->receivers, idle, bench_placement_name(row->placement),
             bench_label(c->implementation, label));
}

unsigned bench_cases(const struct bench_row *row, const regex_t *filter, struct bench_case *cases)
{
    unsigned count = 0, most = row->workload == BENCH_CROWD ? BENCH_CROWD_OF : 0;
    for (unsigned i = 0; i < IMPLEMENTATIONS; i++) {
        if (!can(implementations[i], row))
            continue;
        for (unsigned idle = 0; idle <= most; idle += BENCH_CROWD_OF) {
            struct bench_case *c = &cases[count];
            *c = (struct bench_case){ .row = row, .implementation = implementations[i], .idle = idle };
            c->ops = ops_for(implementations[i], row->bytes);
            c->quick = row->quick == BENCH_QUICK ||
                       (row->quick == BENCH_QUICK_CLOSEST && is_closest(implementations[i], row));
            name_case(c);
            count += regexec(filter, c->name, 0, NULL, 0) == 0;
        }
    }
    return count;
}
