/* gate.pml: a Spin model of the gate (src/channel/gate.c): one asker, sleepers that each need one message, and one that gives up.
 *
 * The asker's publications go through a store buffer that drains when it likes; its locked operations drain it first, membarrier drains
 * it from outside. A state in which nobody can go on while somebody still sleeps is a lost wake-up: Spin reports it as an invalid end.
 *
 * Sound: as it is (membarrier), with -DFENCED (fences on both sides instead). Each of these must fail:
 *     NO_BARRIER      the sleeper makes none between its announcement and its look
 *     ONE_FENCE       a fence on the sleeper's side only (on x86 its announcement is one): as NO_BARRIER
 *     NO_RECHECK      the sleeper does not look again after it has announced itself
 *     NO_PASS_ON      who was woken does not ask whether there is more
 *     NO_LEAVING_BARRIER  it asks, without a barrier
 *     NOT_WANTED_AGAIN    who leaves does not announce the others again
 *     LATE_TICKET     the turn is read after the announcement
 *     WAKE_BEFORE_TURN    the futex is woken before the turn changes
 *
 * SPDX-License-Identifier: MIT */

#define SLEEPERS 2
#define MESSAGES 2 /* one for each */
#define ALL 3      /* with the one that gives up */

byte published_by_asker, published; /* as the asker has it, as the others see it */
byte taken;
byte sleepers;
bool wanted;
byte turns;
bool asleep[ALL]; /* in the futex's queue */

#define DRAIN published = published_by_asker

inline fence_of_asker()
{
#ifdef FENCED
    DRAIN;
#else
    skip;
#endif
}

/* membarrier. A fence of the sleeper's own has nothing to drain: its announcement is a locked operation. */
inline heavy_barrier()
{
#if !defined(NO_BARRIER) && !defined(ONE_FENCE) && !defined(FENCED)
    DRAIN;
#else
    skip;
#endif
}

/* FUTEX_WAKE: any one of the queue. */
inline futex_wake()
{
    atomic {
        if
        :: asleep[0] -> asleep[0] = false
        :: asleep[1] -> asleep[1] = false
        :: asleep[2] -> asleep[2] = false
        :: !asleep[0] && !asleep[1] && !asleep[2] -> skip
        fi
    }
}

inline deliver()
{
#ifdef WAKE_BEFORE_TURN
    futex_wake();
    turns++;
#else
    turns++;
    futex_wake();
#endif
}

/* sluice__gate_claim and, where it succeeds, sluice__gate_deliver. The exchange is a locked operation of the caller. */
inline wake(is_asker, claimed)
{
    atomic {
        if
        :: is_asker -> DRAIN
        :: else
        fi;
        claimed = wanted;
        wanted = false
    }
    if
    :: claimed -> deliver()
    :: else
    fi
}

active proctype asker()
{
    byte i;
    bool claimed, seen;
    for (i : 1 .. MESSAGES) {
        published_by_asker++;
        fence_of_asker();
        seen = wanted; /* sluice__gate_is_wanted */
        if
        :: seen -> wake(true, claimed)
        :: else
        fi
    }
}

active proctype store_buffer()
{
end:
    do
    :: published != published_by_asker -> DRAIN
    od
}

inline announce(ticket)
{
#ifdef LATE_TICKET
    atomic { sleepers++; wanted = true }
    ticket = turns;
#else
    ticket = turns;
    atomic { sleepers++; wanted = true }
#endif
    heavy_barrier()
}

/* sluice__gate_leave, and what wait.c does with its answer: `mine` messages are this one's. */
inline leave(ticket, mine, claimed, alone)
{
    atomic {
        sleepers--;
        alone = sleepers == 0;
        if
        :: alone -> wanted = false
        :: else ->
#ifdef NOT_WANTED_AGAIN
            skip
#else
            wanted = true
#endif
        fi
    }
#ifndef NO_PASS_ON
    if
    :: !alone && turns != ticket ->
#ifndef NO_LEAVING_BARRIER
        heavy_barrier();
#endif
        if
        :: published - taken > mine -> wake(false, claimed)
        :: else
        fi
    :: else
    fi
#endif
}

active [SLEEPERS] proctype sleeper()
{
    byte ticket;
    bool found, claimed, alone, done;
    byte me = _pid - 2;
    do
    :: atomic {
           done = published > taken;
           taken = taken + done
       }
       if
       :: done -> break
       :: else
       fi;
       announce(ticket);
#ifdef NO_RECHECK
       found = false;
#else
       found = published > taken;
#endif
       if
       :: !found ->
           atomic {
               if
               :: turns == ticket -> asleep[me] = true
               :: else
               fi
           }
           !asleep[me];
           found = published > taken
       :: else
       fi;
       leave(ticket, found, claimed, alone)
    od
}

/* Its deadline passes at any moment, also together with its wake-up; it takes nothing. */
active proctype impatient()
{
    byte ticket;
    bool claimed, alone;
    byte me = ALL - 1;
    announce(ticket);
    if
    :: published <= taken ->
        atomic {
            if
            :: turns == ticket -> asleep[me] = true
            :: else
            fi
        }
        atomic {
            if
            :: !asleep[me]
            :: asleep[me] = false
            fi
        }
    :: else
    fi;
    leave(ticket, 0, claimed, alone)
}
