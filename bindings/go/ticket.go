package kgw

// #include "shim.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Result is how one try ended.
type Result int32

// Results.
const (
	Completed      Result = C.KGW_COMPLETED       // the endpoint answered; Status tells what
	ConnectFailure Result = C.KGW_CONNECT_FAILURE // refused, unreachable, TLS failed, timed out
	Reset          Result = C.KGW_RESET           // it broke before the answer was complete
	Timeout        Result = C.KGW_TIMEOUT         // no answer in time
	Aborted        Result = C.KGW_ABORTED         // our side gave up; says nothing of the endpoint
)

// String is a word for it: "completed".
func (r Result) String() string {
	names := [...]string{"completed", "connect_failure", "reset", "timeout", "aborted"}
	if r < 0 || int(r) >= len(names) {
		return "unknown"
	}
	return names[r]
}

// Outcome is how a try went.
type Outcome struct {
	Result  Result
	Status  int           // HTTP status of the answer; 0: none
	Latency time.Duration // from sending the request to the first byte of the answer; 0: unknown
	Now     int64         // the caller's monotonic clock in nanoseconds; see Now
}

func (o *Outcome) flat() C.kgw_outcome {
	return C.kgw_outcome{
		size: C.sizeof_kgw_outcome, result: C.int32_t(o.Result), status: C.uint32_t(o.Status),
		latency_ns: C.int64_t(o.Latency), now_ns: C.int64_t(o.Now),
	}
}

// live reports whether there is anything to finish.
func live(t *C.kgw_ticket) bool { return *t != C.kgw_ticket{} }

// finish is C's kgw_ticket_done.
func (h *handle) finish(t *C.kgw_ticket, o *Outcome) error {
	if !live(t) {
		return nil
	}
	hint := unsafe.Pointer(t)
	if !h.enter(hint) {
		return ErrClosed
	}
	defer h.leave(hint)
	outcome := o.flat()
	if code := Code(C.kgw_ticket_done(h.engine, t, &outcome)); code != C.KGW_OK {
		return code.err()
	}
	return nil
}

var aborted = Outcome{Result: Aborted}

// abort finishes whatever nobody finished.
func (b *body) abort() {
	if live(&b.flat.ticket) {
		_ = b.h.finish(&b.flat.ticket, &aborted)
	}
	b.abortMirrors()
}

func (b *body) abortMirrors() {
	mirrors := b.mirrors()
	for i := range mirrors {
		_ = b.h.finish(&mirrors[i].ticket, &aborted)
	}
}

// Done says how it went. A second call does nothing, and neither does one for a decision that is not
// a Forward, or that was asked for with Peek. It never waits.
func (d *Decision) Done(outcome Outcome) error {
	if d.b == nil {
		return nil
	}
	err := d.b.h.finish(&d.b.flat.ticket, &outcome)
	runtime.KeepAlive(d)
	return err
}

// Ticket is a request under way, apart from its decision: to be finished by another goroutine, or
// after the decision was filled anew. One that is forgotten counts as aborted.
type Ticket struct{ t *ticket }

type ticket struct {
	flat  C.kgw_ticket
	h     *handle
	taken atomic.Bool
}

// TakeTicket moves the ticket out of the decision, whose Done then does nothing. A retry wants it
// where it was.
func (d *Decision) TakeTicket() *Ticket {
	if d.b == nil {
		return &Ticket{t: &ticket{}}
	}
	t := newTicket(&d.b.flat.ticket, d.b.h)
	runtime.KeepAlive(d)
	return t
}

func newTicket(from *C.kgw_ticket, h *handle) *Ticket {
	t := &Ticket{t: &ticket{flat: *from, h: h}}
	*from = C.kgw_ticket{}
	runtime.AddCleanup(t, func(t *ticket) { _ = t.done(&aborted) }, t.t)
	return t
}

// Done says how it went. Any goroutine may call it; only the first call counts.
func (t *Ticket) Done(outcome Outcome) error {
	err := t.t.done(&outcome)
	runtime.KeepAlive(t)
	return err
}

func (t *ticket) done(outcome *Outcome) error {
	if t.h == nil || t.taken.Swap(true) {
		return nil
	}
	return t.h.finish(&t.flat, outcome)
}
