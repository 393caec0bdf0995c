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
    X(latency_spsc_bounded_total)   \
    X(throughput_spsc_bounded_total) \
    X(mutex_bounded_total)          \
    X(mutex_unbounded_total)        \
    X(bare)

#define DECLARE(name) extern const struct bench_implementation bench_##name;
EACH_IMPLEMENTATION(DECLARE)

#define POINT_TO(name) &bench_##name,
static const struct bench_implementation *const own[] = { EACH_IMPLEMENTATION(POINT_TO) };
#define OWN (sizeof own / sizeof *own)

_Static_assert(2 * OWN <= BENCH_JOBS_MAX, "in a crowd there are two jobs for each");

/* Ours, then the peers; NULL after the last. */
static const struct bench_implementation *implementation(unsigned i, bool peers)
{
    if (i < OWN)
        return own[i];
    return peers && i - OWN < bench_peers_count ? bench_peers[i - OWN] : NULL;
}

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
    else {
        bool plain = strcmp(i->flavour, "-") == 0 || strcmp(i->flavour, "spsc") == 0;
        bool bounded = i->buffer == BENCH_BOUNDED;
        snprintf(text, BENCH_NAME_MAX, "%s%s%s%s%s", i->name, plain ? "" : "-", plain ? "" : i->flavour,
                 bounded ? "" : "-", bounded ? "" : buffer);
    }
    return text;
}

static const struct bench_ops *ops_for(const struct bench_implementation *i, size_t bytes)
{
    return i->ops[bytes == 8 ? 0 : bytes == 64 ? 1 : 2];
}

/* Whether there are calls for the row's work: for its messages, in its way, on the threads that are measured. */
static bool has_calls(const struct bench_implementation *i, const struct bench_row *row)
{
    const struct bench_ops *ops = ops_for(i, row->bytes);
    switch (row->workload) {
    case BENCH_IN_BATCHES: return ops && ops->send[BENCH_RUNS];
    case BENCH_INPLACE: return ops && ops->send[BENCH_IN_PLACE];
    case BENCH_CROWD: return ops && !i->project;
    case BENCH_TRICKLE: case BENCH_IDLE_RECEIVER: case BENCH_IDLE_SENDER: return ops && !i->runs_apart;
    default: return ops;
    }
}

static bool can(const struct bench_implementation *i, const struct bench_row *row)
{
    bool idle = row->workload == BENCH_IDLE_RECEIVER || row->workload == BENCH_IDLE_SENDER;
    bool sized = !i->power_of_two || (row->capacity & (row->capacity - 1)) == 0;
    bool enough = row->senders <= i->senders_max && row->receivers <= i->receivers_max &&
                  (row->workload != BENCH_CROWD || i->senders_max > 1);
    return has_calls(i, row) && i->buffer == row->buffer && enough && sized && (i->sleeps || !idle);
}

/* Whether the same queue has a mode for fewer ends that can do the row as well. */
static bool has_closer_mode(const struct bench_implementation *i, const struct bench_row *row)
{
    for (unsigned j = 0; j < bench_peers_count; j++) {
        const struct bench_implementation *other = bench_peers[j];
        bool fewer = other->senders_max + other->receivers_max < i->senders_max + i->receivers_max;
        if (fewer && strcmp(other->name, i->name) == 0 && can(other, row))
            return true;
    }
    return false;
}

/* Whether it is the typed channel made for that many ends and not for more, or what such are compared with. */
static bool is_closest(const struct bench_implementation *i, const struct bench_row *row)
{
    if (i->project)
        return !has_closer_mode(i, row);
    bool many_senders = row->senders > 1 || row->workload == BENCH_CROWD, many_receivers = row->receivers > 1;
    if (strcmp(i->name, "sluice-any") == 0)
        return false;
    if (strncmp(i->name, "sluice-", 7) == 0) /* another way to wait */
        return row->workload == BENCH_PINGPONG || row->workload == BENCH_TRICKLE;
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

unsigned bench_cases(const struct bench_row *row, const regex_t *filter, bool peers, struct bench_case *cases)
{
    unsigned count = 0, most = row->workload == BENCH_CROWD ? BENCH_CROWD_OF : 0;
    const struct bench_implementation *with;
    for (unsigned i = 0; (with = implementation(i, peers)) != NULL; i++) {
        if (!can(with, row))
            continue;
        for (unsigned idle = 0; idle <= most && count < BENCH_JOBS_MAX; idle += BENCH_CROWD_OF) {
            struct bench_case *c = &cases[count];
            *c = (struct bench_case){ .row = row, .implementation = with, .idle = idle };
            c->ops = ops_for(with, row->bytes);
            c->quick = row->quick == BENCH_QUICK || (row->quick == BENCH_QUICK_CLOSEST && is_closest(with, row));
            name_case(c);
            count += regexec(filter, c->name, 0, NULL, 0) == 0;
        }
    }
    return count;
}
