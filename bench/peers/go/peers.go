// peers.go: Go's chan for the benchmark suite, with the loops of loops.inc.h around it, each called once for a
// whole run. A loop runs on a goroutine of its own, as Go programs use channels, and not on the thread that calls
// it: Go's scheduler places it.
//
// SPDX-License-Identifier: MIT
package main

/*
#cgo CFLAGS: -I${SRCDIR}/..
#include "foreign.h"
*/
import "C"

import (
	"runtime"
	"runtime/cgo"
	"sync/atomic"
	"unsafe"
)

const (
	sequenceBits = 48
	sequenceMask = 1<<sequenceBits - 1
	stop         = ^uint64(0)
)

type message interface {
	[1]uint64 | [8]uint64 | [32]uint64
}

func fill[M message](word uint64) (m M) {
	for i := 0; i < len(m); i++ {
		m[i] = word + uint64(i)
	}
	return
}

func isTorn[M message](m *M) bool {
	return (*m)[len(*m)-1] != (*m)[0]+uint64(len(*m)-1)
}

// What a receiver expects and has got: foreign.h.
type sink struct {
	expected []uint64
	got      *uint64
	left     uint64
	sum      uint64
	alone    bool
	wrong    bool
}

// A channel for messages of any size.
type channel interface {
	send(first, count uint64)
	recv(s *sink)
	exchange(back channel, count uint64) bool
	echo(back channel, count uint64)
	sendWord(word uint64)
	recvWord() (uint64, bool)
	isEmpty() bool
}

type typed[M message] chan M

// ---- the loops ----

func (c typed[M]) send(first, count uint64) {
	for word := first; word != first+count; word++ {
		c <- fill[M](word)
	}
}

func (c typed[M]) recv(s *sink) {
	if s.alone && len(s.expected) == 1 {
		c.recvAlone(s)
	} else {
		c.recvMany(s)
	}
}

func (c typed[M]) recvAlone(s *sink) {
	expected, sum, wrong := s.expected[0], uint64(0), false
	for end := expected + s.left; expected != end; expected++ {
		m := <-c
		wrong = wrong || m[0] != expected || isTorn(&m)
		sum += m[0]
	}
	s.expected[0] = expected
	s.sum += sum
	s.left = 0
	s.wrong = s.wrong || wrong
}

func (c typed[M]) recvMany(s *sink) {
	got, sum, wrong, alone := atomic.LoadUint64(s.got), uint64(0), false, s.alone
	end := stop
	if alone {
		end = got + s.left
	}
	for got != end {
		m := <-c
		word := m[0]
		if !alone && word == stop {
			break
		}
		sender, number := word>>sequenceBits, word&sequenceMask
		got++
		sum += word
		if sender >= uint64(len(s.expected)) {
			wrong = true
		} else {
			next := s.expected[sender]
			wrong = wrong || isTorn(&m) || number < next || alone && number != next
			s.expected[sender] = number + 1
		}
		if !alone {
			atomic.StoreUint64(s.got, got)
		}
	}
	atomic.StoreUint64(s.got, got)
	s.sum += sum
	s.wrong = s.wrong || wrong
}

func (c typed[M]) exchange(back channel, count uint64) bool {
	in, wrong := back.(typed[M]), false
	for i := uint64(0); i < count; i++ {
		c <- fill[M](i)
		m := <-in
		wrong = wrong || m[0] != i || isTorn(&m)
	}
	return !wrong
}

func (c typed[M]) echo(back channel, count uint64) {
	in := back.(typed[M])
	for i := uint64(0); i < count; i++ {
		c <- <-in
	}
}

func (c typed[M]) sendWord(word uint64) {
	c <- fill[M](word)
}

func (c typed[M]) recvWord() (uint64, bool) {
	m := <-c
	return m[0], !isTorn(&m)
}

func (c typed[M]) isEmpty() bool {
	select {
	case <-c:
		return false
	default:
		return true
	}
}

// ---- what the suite calls ----

// Runs it on a goroutine that is not bound to the calling thread, to its end.
func apart(run func()) {
	done := make(chan struct{})
	go func() {
		run()
		close(done)
	}()
	<-done
}

func of(handle C.uintptr_t) channel {
	return cgo.Handle(handle).Value().(channel)
}

//export peerGoOpen
func peerGoOpen(bytes C.uint32_t, capacity C.uint64_t, oneCPU C.bool) C.uintptr_t {
	cpus := runtime.NumCPU()
	if bool(oneCPU) {
		cpus = 1
	}
	if runtime.GOMAXPROCS(0) != cpus {
		runtime.GOMAXPROCS(cpus)
	}
	var c channel
	switch bytes {
	case 8:
		c = typed[[1]uint64](make(chan [1]uint64, capacity))
	case 64:
		c = typed[[8]uint64](make(chan [8]uint64, capacity))
	default:
		c = typed[[32]uint64](make(chan [32]uint64, capacity))
	}
	return C.uintptr_t(cgo.NewHandle(c))
}

//export peerGoDrop
func peerGoDrop(handle C.uintptr_t) {
	cgo.Handle(handle).Delete()
}

//export peerGoDrained
func peerGoDrained(handle C.uintptr_t) C.bool {
	return C.bool(of(handle).isEmpty())
}

//export peerGoSend
func peerGoSend(handle C.uintptr_t, first, count C.uint64_t) {
	c := of(handle)
	apart(func() { c.send(uint64(first), uint64(count)) })
}

//export peerGoRecv
func peerGoRecv(handle C.uintptr_t, foreign *C.struct_foreign_sink) {
	c := of(handle)
	s := sink{
		expected: unsafe.Slice((*uint64)(unsafe.Pointer(foreign.expected)), int(foreign.senders)),
		got:      (*uint64)(unsafe.Pointer(foreign.got)),
		left:     uint64(foreign.left),
		sum:      uint64(foreign.sum),
		alone:    bool(foreign.alone),
		wrong:    bool(foreign.wrong),
	}
	apart(func() { c.recv(&s) })
	foreign.left = C.uint64_t(s.left)
	foreign.sum = C.uint64_t(s.sum)
	foreign.wrong = C.bool(s.wrong)
}

//export peerGoExchange
func peerGoExchange(tx, rx C.uintptr_t, count C.uint64_t) C.bool {
	out, in, ok := of(tx), of(rx), false
	apart(func() { ok = out.exchange(in, uint64(count)) })
	return C.bool(ok)
}

//export peerGoEcho
func peerGoEcho(tx, rx C.uintptr_t, count C.uint64_t) {
	out, in := of(tx), of(rx)
	apart(func() { out.echo(in, uint64(count)) })
}

//export peerGoSendWord
func peerGoSendWord(handle C.uintptr_t, word C.uint64_t) {
	of(handle).sendWord(uint64(word))
}

//export peerGoRecvWord
func peerGoRecvWord(handle C.uintptr_t, word *C.uint64_t) C.bool {
	got, ok := of(handle).recvWord()
	if ok {
		*word = C.uint64_t(got)
	}
	return C.bool(ok)
}

func main() {}
