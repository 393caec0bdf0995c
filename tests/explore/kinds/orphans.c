/* orphans.c: the hardened library's roll of a channel's endpoints, in the hands of threads that enter, strike off and look; and who is told
 * what they find.
 *
 * SPDX-License-Identifier: MIT */
#undef SLUICE_HARDENED
#define SLUICE_HARDENED 1
#define sluice__end_adopt explored_end_adopt /* beside the explored library's, which is not hardened */
#define sluice__own_id explored_own_id

#include "channel/orphans.c"

#include <sluice/status.h>

#include "explore.h"

static struct sluice__roll *roll;
static struct sluice__end *ends[3];
static unsigned *plain;

static void prepare(void)
{
    roll = explore_allocate(sizeof *roll);
    memset(roll, 0, sizeof *roll);
    for (int i = 0; i < 3; i++) {
        ends[i] = explore_allocate(sizeof *ends[i]);
        memset(ends[i], 0, sizeof *ends[i]);
        sluice__a64_store_relaxed(&ends[i]->user, SLUICE__NOBODY);
    }
    sluice__orphans_enrol(roll, ends[0]);
    plain = explore_allocate(sizeof *plain);
    *plain = 0;
}

/* What was struck off is nobody else's any more: its owner frees it. */
static void come_and_go(struct sluice__end *end)
{
    sluice__orphans_enrol(roll, end);
    sluice__orphans_strike_off(roll, end);
    explore_free(end);
}

static void first_comes_and_goes(void)
{
    come_and_go(ends[1]);
}

static void second_comes_and_goes(void)
{
    come_and_go(ends[2]);
}

static void look_twice(void)
{
    struct orphans found;
    for (int i = 0; i < 2; i++)
        EXPLORE_CHECK(!are_all_that_is_left(roll, SLUICE__SENDERS, &found)); /* nobody's may be anybody's */
}

static void finish_roll(void)
{
    EXPLORE_CHECK(roll->first[SLUICE__SENDERS] == ends[0] && !ends[0]->before && !ends[0]->behind);
    explore_free(ends[0]);
    explore_free(roll);
    explore_free(plain);
}

/* ---- who is told ---- */

static void told_first(const char *text)
{
    (void)text;
}

static void told_second(const char *text)
{
    (void)text;
    EXPLORE_CHECK(*plain == 1); /* what it was set up with */
}

static void prepare_told(void)
{
    prepare();
    sluice_on_warning(told_first);
}

static void tell_another(void)
{
    *plain = 1;
    sluice_on_warning(told_second);
}

static void warn_twice(void)
{
    sluice__warn("a warning");
    sluice__warn("a warning");
}

static void finish_told(void)
{
    explore_free(ends[1]);
    explore_free(ends[2]);
    finish_roll();
    sluice_on_warning(NULL);
}

static const struct explore_scenario list[] = {
    { "two_come_and_go", prepare, { first_comes_and_goes, second_comes_and_goes }, finish_roll },
    { "come_and_go_beside_a_look", prepare, { first_comes_and_goes, second_comes_and_goes, look_twice }, finish_roll },
    { "warning_told", prepare_told, { tell_another, warn_twice }, finish_told },
};

EXPLORE_SCENARIOS("orphans", list)
