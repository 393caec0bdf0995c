/* dpor.c: which other choices of who runs are worth making.
 *
 * Two steps of different threads commute unless they touch one place and one of them writes it. Executions that differ in the order
 * of commuting steps only end alike, so that one of them is enough. Therefore another thread is tried before a step only where it
 * later turned out to do something there that does not commute, and is not ordered by anything between (C. Flanagan, P. Godefroid,
 * "Dynamic Partial-Order Reduction for Model Checking Software", 2005). With a bound on preemptions, the other order may be within
 * the bound only if the switch is made earlier, where the running thread came in and switching is free: it is tried there, too
 * (K. Coons, M. Musuvathi, K. McKinley, "Bounded Partial-Order Reduction", 2013).
 *
 * SPDX-License-Identifier: MIT */
#include "engine.h"

void ex_order_join(struct ex_order *into, const struct ex_order *from)
{
    for (unsigned i = 0; i < EX_ACTORS; i++)
        if (into->of[i] < from->of[i])
            into->of[i] = from->of[i];
}

void ex_step_begin(unsigned actor, int node, bool new_block)
{
    if (++ex.step >= EX_STEPS_MAX)
        ex_fail("livelock: over %d steps", EX_STEPS_MAX);
    if (new_block)
        ex.block = node;
    ex.actor = actor;
    if (actor < EX_THREADS)
        ex.thread[actor].steps++;
    ex.actor_of[ex.step] = (uint8_t)actor;
    ex.node_of[ex.step] = node;
    ex.block_of[ex.step] = actor < EX_THREADS ? ex.block : node;
    ex.order[actor].of[actor] = ex.step;
}

static void try_at(int node, unsigned actor)
{
    if (node < 0)
        return;
    struct ex_node *n = &ex.nodes[node];
    unsigned thread = actor % EX_THREADS, buffer = thread + EX_THREADS;
    unsigned wanted = n->enabled & (EX_BIT(thread) | EX_BIT(buffer));
    n->todo |= (uint16_t)(wanted ? wanted : n->enabled);
}

/* That step and the current one, of `actor`, do not commute, and nothing orders them. */
static void race(uint32_t step, unsigned actor)
{
    try_at(ex.node_of[step], actor);
    if (ex.block_of[step] != ex.node_of[step])
        try_at(ex.block_of[step], actor);
}

static bool is_ordered(unsigned actor, unsigned other, uint32_t step)
{
    return step == 0 || other == actor || ex.order[actor].of[other] >= step;
}

void ex_touch_as(unsigned actor, struct ex_place *place, bool writes)
{
    if (!ex.running)
        return;
    if (writes && actor < EX_THREADS && ex.thread[actor].steps < EX_OWN_STEPS)
        ex.thread[actor].wrote[ex.thread[actor].steps] = true;
    if (!is_ordered(actor, place->writer, place->written_at))
        race(place->written_at, actor);
    if (writes) {
        for (unsigned i = 0; i < EX_ACTORS; i++)
            if (!is_ordered(actor, i, place->read_at[i]))
                race(place->read_at[i], actor);
        ex_order_join(&ex.order[actor], &place->read);
    }
    ex_order_join(&ex.order[actor], &place->written);
    if (writes) {
        place->writer = (uint8_t)actor;
        place->written_at = ex.step;
        place->written = ex.order[actor];
        for (unsigned i = 0; i < EX_ACTORS; i++)
            place->read_at[i] = 0;
        place->read = place->written;
    } else {
        place->read_at[actor] = ex.step;
        ex_order_join(&place->read, &ex.order[actor]);
    }
}

void ex_touch(struct ex_place *place, bool writes)
{
    ex_touch_as(ex.actor, place, writes);
}
