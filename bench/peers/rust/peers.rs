//! peers.rs: Rust's channels for the benchmark suite: std::sync::mpsc and crossbeam-channel, with the loops of
//! loops.inc.h around them, each called once for a whole run.
//!
//! SPDX-License-Identifier: MIT

use std::os::raw::c_void;
use std::slice;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

const SEQUENCE_BITS: u32 = 48;
const SEQUENCE_MASK: u64 = (1 << SEQUENCE_BITS) - 1;
const STOP: u64 = u64::MAX;

/// The same as in foreign.h.
#[repr(C)]
pub struct Sink {
    expected: *mut u64,
    got: *const AtomicU64,
    left: u64,
    sum: u64,
    senders: u32,
    alone: bool,
    wrong: bool,
}

/// The same as in foreign.h.
#[repr(C)]
pub struct Ops {
    open: extern "C" fn(u64, u32, u32, bool, *mut *mut c_void, *mut *mut c_void) -> bool,
    drop_tx: extern "C" fn(*mut c_void),
    drop_rx: extern "C" fn(*mut c_void),
    drained: extern "C" fn(*mut c_void) -> bool,
    send: extern "C" fn(*mut c_void, u64, u64) -> bool,
    recv: extern "C" fn(*mut c_void, *mut Sink) -> bool,
    exchange: extern "C" fn(*mut c_void, *mut c_void, u64) -> bool,
    echo: extern "C" fn(*mut c_void, *mut c_void, u64) -> bool,
    send_word: extern "C" fn(*mut c_void, u64) -> bool,
    recv_word: extern "C" fn(*mut c_void, *mut u64) -> bool,
}

type Message<const W: usize> = [u64; W];

fn filled<const W: usize>(word: u64) -> Message<W> {
    let mut message = [0; W];
    for (i, cell) in message.iter_mut().enumerate() {
        *cell = word.wrapping_add(i as u64);
    }
    message
}

fn is_torn<const W: usize>(message: &Message<W>) -> bool {
    message[W - 1] != message[0].wrapping_add(W as u64 - 1)
}

/// A kind of channel for messages of W words.
trait Channel<const W: usize> {
    type Tx: Clone;
    type Rx;
    fn open(capacity: usize) -> (Self::Tx, Self::Rx);
    fn more(rx: &Self::Rx) -> Option<Self::Rx>;
    fn send(tx: &Self::Tx, message: Message<W>) -> bool;
    fn recv(rx: &Self::Rx) -> Option<Message<W>>;
    fn is_empty(rx: &Self::Rx) -> bool;
}

// ---- the loops ----

fn recv_alone<C: Channel<W>, const W: usize>(rx: &C::Rx, sink: &mut Sink, first: &mut u64) -> bool {
    let end = first.wrapping_add(sink.left);
    let (mut expected, mut sum, mut wrong) = (*first, 0u64, false);
    while expected != end {
        let message = match C::recv(rx) {
            Some(message) => message,
            None => return false,
        };
        wrong |= message[0] != expected || is_torn(&message);
        sum = sum.wrapping_add(message[0]);
        expected = expected.wrapping_add(1);
    }
    *first = expected;
    sink.sum = sink.sum.wrapping_add(sum);
    sink.left = 0;
    sink.wrong |= wrong;
    true
}

fn recv_many<C: Channel<W>, const W: usize>(
    rx: &C::Rx, sink: &mut Sink, expected: &mut [u64], shared: &AtomicU64,
) -> bool {
    let alone = sink.alone;
    let (mut sum, mut got, mut wrong) = (0u64, shared.load(Ordering::SeqCst), false);
    let end = if alone { got + sink.left } else { u64::MAX };
    while got != end {
        let message = match C::recv(rx) {
            Some(message) => message,
            None => return false,
        };
        let word = message[0];
        if !alone && word == STOP {
            break;
        }
        let (sender, number) = ((word >> SEQUENCE_BITS) as usize, word & SEQUENCE_MASK);
        got += 1;
        sum = sum.wrapping_add(word);
        match expected.get_mut(sender) {
            Some(next) => {
                wrong |= is_torn(&message) || if alone { number != *next } else { number < *next };
                *next = number + 1;
            }
            None => wrong = true,
        }
        if !alone {
            shared.store(got, Ordering::Relaxed);
        }
    }
    shared.store(got, Ordering::SeqCst);
    sink.sum = sink.sum.wrapping_add(sum);
    sink.wrong |= wrong;
    true
}

// ---- what the suite calls ----

extern "C" fn open<C: Channel<W>, const W: usize>(
    capacity: u64, senders: u32, receivers: u32, _one_cpu: bool, tx: *mut *mut c_void, rx: *mut *mut c_void,
) -> bool {
    let (first_tx, first_rx) = C::open(capacity as usize);
    let mut all_rx = Vec::new();
    for _ in 1..receivers {
        match C::more(&first_rx) {
            Some(clone) => all_rx.push(clone),
            None => return false,
        }
    }
    all_rx.push(first_rx);
    unsafe {
        for i in 1..senders as usize {
            *tx.add(i) = Box::into_raw(Box::new(first_tx.clone())) as *mut c_void;
        }
        *tx = Box::into_raw(Box::new(first_tx)) as *mut c_void;
        for (i, end) in all_rx.into_iter().enumerate() {
            *rx.add(i) = Box::into_raw(Box::new(end)) as *mut c_void;
        }
    }
    true
}

extern "C" fn drop_tx<C: Channel<W>, const W: usize>(tx: *mut c_void) {
    drop(unsafe { Box::from_raw(tx as *mut C::Tx) });
}

extern "C" fn drop_rx<C: Channel<W>, const W: usize>(rx: *mut c_void) {
    drop(unsafe { Box::from_raw(rx as *mut C::Rx) });
}

fn tx_of<'a, C: Channel<W>, const W: usize>(tx: *mut c_void) -> &'a C::Tx {
    unsafe { &*(tx as *const C::Tx) }
}

fn rx_of<'a, C: Channel<W>, const W: usize>(rx: *mut c_void) -> &'a C::Rx {
    unsafe { &*(rx as *const C::Rx) }
}

extern "C" fn drained<C: Channel<W>, const W: usize>(rx: *mut c_void) -> bool {
    C::is_empty(rx_of::<C, W>(rx))
}

extern "C" fn send<C: Channel<W>, const W: usize>(tx: *mut c_void, first: u64, count: u64) -> bool {
    let tx = tx_of::<C, W>(tx);
    let end = first.wrapping_add(count);
    let mut word = first;
    while word != end {
        if !C::send(tx, filled(word)) {
            return false;
        }
        word = word.wrapping_add(1);
    }
    true
}

extern "C" fn recv<C: Channel<W>, const W: usize>(rx: *mut c_void, sink: *mut Sink) -> bool {
    let rx = rx_of::<C, W>(rx);
    let sink = unsafe { &mut *sink };
    let expected = unsafe { slice::from_raw_parts_mut(sink.expected, sink.senders as usize) };
    let shared = unsafe { &*sink.got };
    if sink.alone && expected.len() == 1 {
        recv_alone::<C, W>(rx, sink, &mut expected[0])
    } else {
        recv_many::<C, W>(rx, sink, expected, shared)
    }
}

extern "C" fn exchange<C: Channel<W>, const W: usize>(tx: *mut c_void, rx: *mut c_void, count: u64) -> bool {
    let (tx, rx) = (tx_of::<C, W>(tx), rx_of::<C, W>(rx));
    let mut wrong = false;
    for i in 0..count {
        if !C::send(tx, filled(i)) {
            return false;
        }
        match C::recv(rx) {
            Some(message) => wrong |= message[0] != i || is_torn(&message),
            None => return false,
        }
    }
    !wrong
}

extern "C" fn echo<C: Channel<W>, const W: usize>(tx: *mut c_void, rx: *mut c_void, count: u64) -> bool {
    let (tx, rx) = (tx_of::<C, W>(tx), rx_of::<C, W>(rx));
    (0..count).all(|_| C::recv(rx).map_or(false, |message| C::send(tx, message)))
}

extern "C" fn send_word<C: Channel<W>, const W: usize>(tx: *mut c_void, word: u64) -> bool {
    C::send(tx_of::<C, W>(tx), filled(word))
}

extern "C" fn recv_word<C: Channel<W>, const W: usize>(rx: *mut c_void, word: *mut u64) -> bool {
    match C::recv(rx_of::<C, W>(rx)) {
        Some(message) if !is_torn(&message) => {
            unsafe { *word = message[0] };
            true
        }
        _ => false,
    }
}

// ---- the channels ----

/// std::sync::mpsc::channel
struct StdChannel;

impl<const W: usize> Channel<W> for StdChannel {
    type Tx = mpsc::Sender<Message<W>>;
    type Rx = mpsc::Receiver<Message<W>>;
    fn open(_capacity: usize) -> (Self::Tx, Self::Rx) {
        mpsc::channel()
    }
    fn more(_rx: &Self::Rx) -> Option<Self::Rx> {
        None
    }
    #[inline(always)]
    fn send(tx: &Self::Tx, message: Message<W>) -> bool {
        tx.send(message).is_ok()
    }
    #[inline(always)]
    fn recv(rx: &Self::Rx) -> Option<Message<W>> {
        rx.recv().ok()
    }
    fn is_empty(rx: &Self::Rx) -> bool {
        rx.try_recv().is_err()
    }
}

/// std::sync::mpsc::sync_channel; of capacity 0 a rendezvous
struct StdSync;

impl<const W: usize> Channel<W> for StdSync {
    type Tx = mpsc::SyncSender<Message<W>>;
    type Rx = mpsc::Receiver<Message<W>>;
    fn open(capacity: usize) -> (Self::Tx, Self::Rx) {
        mpsc::sync_channel(capacity)
    }
    fn more(_rx: &Self::Rx) -> Option<Self::Rx> {
        None
    }
    #[inline(always)]
    fn send(tx: &Self::Tx, message: Message<W>) -> bool {
        tx.send(message).is_ok()
    }
    #[inline(always)]
    fn recv(rx: &Self::Rx) -> Option<Message<W>> {
        rx.recv().ok()
    }
    fn is_empty(rx: &Self::Rx) -> bool {
        rx.try_recv().is_err()
    }
}

macro_rules! table {
    ($name:ident, $channel:ty, $words:expr) => {
        #[no_mangle]
        pub static $name: Ops = Ops {
            open: open::<$channel, $words>,
            drop_tx: drop_tx::<$channel, $words>,
            drop_rx: drop_rx::<$channel, $words>,
            drained: drained::<$channel, $words>,
            send: send::<$channel, $words>,
            recv: recv::<$channel, $words>,
            exchange: exchange::<$channel, $words>,
            echo: echo::<$channel, $words>,
            send_word: send_word::<$channel, $words>,
            recv_word: recv_word::<$channel, $words>,
        };
    };
}

table!(peer_rust_channel_8, StdChannel, 1);
table!(peer_rust_sync_8, StdSync, 1);
table!(peer_rust_sync_64, StdSync, 8);
table!(peer_rust_sync_256, StdSync, 32);

#[cfg(peer_crossbeam)]
mod crossbeam {
    use super::*;
    use crossbeam_channel::{bounded, unbounded, Receiver, Sender};

    /// crossbeam_channel::bounded; of capacity 0 a rendezvous
    struct Bounded;
    /// crossbeam_channel::unbounded
    struct Unbounded;

    macro_rules! channel {
        ($channel:ty, $open:expr) => {
            impl<const W: usize> Channel<W> for $channel {
                type Tx = Sender<Message<W>>;
                type Rx = Receiver<Message<W>>;
                fn open(capacity: usize) -> (Self::Tx, Self::Rx) {
                    $open(capacity)
                }
                fn more(rx: &Self::Rx) -> Option<Self::Rx> {
                    Some(rx.clone())
                }
                #[inline(always)]
                fn send(tx: &Self::Tx, message: Message<W>) -> bool {
                    tx.send(message).is_ok()
                }
                #[inline(always)]
                fn recv(rx: &Self::Rx) -> Option<Message<W>> {
                    rx.recv().ok()
                }
                fn is_empty(rx: &Self::Rx) -> bool {
                    rx.is_empty()
                }
            }
        };
    }

    channel!(Bounded, bounded);
    channel!(Unbounded, |_| unbounded());

    table!(peer_crossbeam_unbounded_8, Unbounded, 1);
    table!(peer_crossbeam_8, Bounded, 1);
    table!(peer_crossbeam_64, Bounded, 8);
    table!(peer_crossbeam_256, Bounded, 32);
}
