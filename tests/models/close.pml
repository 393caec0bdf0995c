/* close.pml: a Spin model of how a channel ends (src/channel/channel.c): two senders and two receivers drop their endpoints at any moment;
 * the last of a side closes the channel for the other, the last of all frees it.
 *
 * Checked: every message that a send accepted is received once or destroyed once; a receiver is told of the end only when all is
 * out and no sender is left; nothing is touched after it was freed; it is freed once; nobody sleeps for ever.
 *
 * Sound: as it is. Each of these must fail:
 *     NO_SECOND_LOOK      a receiver that finds nothing and then reads "closed" does not look once more
 *     CLOSE_WITHOUT_COUNT each sender that is dropped closes the channel
 *     CLOSE_WITHOUT_WAKING    those who sleep are not told
 *     LEFTOVERS_ONCE      only the last receiver destroys what is inside, not also the last endpoint of all
 *     NO_LEFTOVERS        the last receiver leaves it to the last endpoint of all: while senders live on, what is inside does
 *     TWO_TEARDOWNS       who finds no endpoint on either side frees, instead of a count of references
 *     REFERENCE_FIRST     an endpoint gives its reference up before it closes
 *
 * SPDX-License-Identifier: MIT */

#define MESSAGES 1 /* of each sender */

byte inside;                /* messages in the queue */
byte accepted, received, destroyed;
bool no_senders, no_receivers;
byte senders = 2, receivers = 2, references = 4;
byte freed;
byte turns;                 /* of the receivers' gate */
byte ended;

#define USED assert(freed == 0)

inline wake_all()
{
    USED;
    turns++
}

/* One at a time may do it: the last receiver, or the last of all. */
inline destroy_leftovers()
{
    atomic {
        USED;
        destroyed = destroyed + inside;
        inside = 0
    }
}

inline give_up_reference(last)
{
#ifdef TWO_TEARDOWNS
    last = senders == 0 && receivers == 0;
#else
    atomic {
        USED;
        references--;
        last = references == 0
    }
#endif
    if
    :: last ->
#ifndef LEFTOVERS_ONCE
        destroy_leftovers();
#endif
        freed++;
        assert(freed == 1)
    :: else
    fi
}

active [2] proctype sender()
{
    bool closed, last;
    byte i;
    for (i : 1 .. MESSAGES) {
        USED;
        closed = no_receivers; /* what the send compares first ... */
        if
        :: closed -> break
        :: else
        fi;
        atomic { /* ... and the publication after it: the last receiver may go in between */
            USED;
            inside++;
            accepted++
        }
        USED;
        turns++ /* wakes, where somebody sleeps */
    }
#ifdef REFERENCE_FIRST
    give_up_reference(last);
#endif
    atomic {
        USED;
        senders--;
        last = senders == 0
    }
#ifdef CLOSE_WITHOUT_COUNT
    last = true;
#endif
    if
    :: last ->
        USED;
        no_senders = true;
#ifndef CLOSE_WITHOUT_WAKING
        wake_all()
#endif
    :: else
    fi;
#ifndef REFERENCE_FIRST
    give_up_reference(last);
#endif
    ended++
}

inline try_receive(got)
{
    atomic {
        USED;
        got = inside > 0;
        inside = inside - got;
        received = received + got
    }
}

/* Receives to the end, or goes away before. */
active [2] proctype receiver()
{
    bool got, closed, last;
    byte ticket;
    do
    :: try_receive(got);
       if
       :: got -> skip
       :: else ->
           USED;
           closed = no_senders;
#ifndef NO_SECOND_LOOK
           if
           :: closed ->
               try_receive(got)
           :: else
           fi;
#endif
           if
           :: closed && !got ->
               assert(senders == 0 && inside == 0);
               break
           :: got -> skip
           :: else -> /* prepare; look; sleep */
               ticket = turns;
               USED;
               if
               :: inside == 0 && !no_senders -> turns != ticket
               :: else
               fi
           fi
       fi
    :: break
    od;
#ifdef REFERENCE_FIRST
    give_up_reference(last);
#endif
    atomic {
        USED;
        receivers--;
        last = receivers == 0
    }
    if
    :: last ->
        USED;
        no_receivers = true;
        wake_all();
#ifndef NO_LEFTOVERS
        destroy_leftovers()
#endif
    :: else
    fi;
#ifdef NO_LEFTOVERS
    /* A program that waits for what its messages own: they must go with the last receiver, not with the last sender. */
    assert(!last || inside == 0 || destroyed > 0);
#endif
#ifndef REFERENCE_FIRST
    give_up_reference(last);
#endif
    ended++
}

active proctype at_the_end()
{
    ended == 4;
    assert(freed == 1);
    assert(accepted == received + destroyed)
}
