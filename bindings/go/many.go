package kgw

// #include "shim.h"
import "C"

import (
	"fmt"
	"unsafe"
)

const doneAtOnce = 64

// DoneMany is Decision.Done for many, in one call into C for each 64.
func (e *Engine) DoneMany(decisions []Decision, outcomes []Outcome) error {
	if len(decisions) != len(outcomes) {
		return fmt.Errorf("kgw: %d outcomes for %d decisions: %w", len(outcomes), len(decisions), CodeInvalid)
	}
	var first error
	for len(decisions) > 0 {
		count := min(len(decisions), doneAtOnce)
		if err := e.h.finishMany(decisions[:count], outcomes[:count]); err != nil && first == nil {
			first = err
		}
		decisions, outcomes = decisions[count:], outcomes[count:]
	}
	return first
}

// finishMany finishes up to doneAtOnce decisions of this engine; without outcomes they are aborted.
func (h *handle) finishMany(decisions []Decision, outcomes []Outcome) error {
	var tickets [doneAtOnce]C.kgw_ticket
	var flats [doneAtOnce]C.kgw_outcome
	count := 0
	for i := range decisions {
		b := decisions[i].b
		if b == nil || b.h != h || !live(&b.flat.ticket) {
			continue
		}
		how := &aborted
		if outcomes != nil {
			how = &outcomes[i]
		}
		tickets[count], flats[count] = b.flat.ticket, how.flat()
		b.flat.ticket = C.kgw_ticket{}
		count++
	}
	if count == 0 {
		return nil
	}
	hint := unsafe.Pointer(h)
	if !h.enter(hint) {
		return ErrClosed
	}
	defer h.leave(hint)
	if code := Code(C.kgw_go_done_many(h.engine, &tickets[0], &flats[0], C.size_t(count))); code != C.KGW_OK {
		return code.err()
	}
	return nil
}

// answers are decisions on their way out of C.
type answers struct {
	flats []C.kgw_go_decision
	texts []byte
}

const textsOfOne = 256 // bytes, to begin with

func (a *answers) prepare(count int) {
	if cap(a.flats) < count {
		a.flats = make([]C.kgw_go_decision, count)
	}
	a.flats = a.flats[:count]
	if len(a.texts) > keptBatch || len(a.texts) < count*textsOfOne {
		a.texts = newRoom(count * textsOfOne)
	}
}

func (a *answers) room() (*C.char, C.size_t) {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(a.texts))), C.size_t(len(a.texts))
}

// RouteMany decides about many requests by one snapshot, in their order. It is one call into C: that
// of a single request costs about as much as a tenth of a microsecond of work. 64 is a good number.
func (r *Reader) RouteMany(decisions []Decision, requests []Request) error {
	if len(decisions) != len(requests) {
		return fmt.Errorf("kgw: %d decisions for %d requests: %w", len(decisions), len(requests), CodeInvalid)
	}
	if err := r.enter(); err != nil {
		return err
	}
	defer r.leave()
	if len(requests) == 0 {
		return nil
	}
	for i := range requests {
		if err := r.asked.add(&requests[i]); err != nil {
			return err
		}
	}
	if err := r.askMany(len(requests)); err != nil {
		return err
	}
	for left := decisions; len(left) > 0; left = left[min(len(left), doneAtOnce):] {
		_ = r.engine.h.finishMany(left[:min(len(left), doneAtOnce)], nil) // what is filled anew is over
	}
	at := 0
	for i := range decisions {
		size := int(r.answers.flats[i].size)
		decisions[i].prepare(r.engine.h).take(&r.answers.flats[i], r.answers.texts[at:at+size])
		at += size
	}
	return nil
}

func (r *Reader) askMany(count int) error {
	a := &r.answers
	a.prepare(count)
	var needed C.uint64_t
	buffer, capacity := a.room()
	code := C.kgw_go_route_many(r.c, r.asked.first(), r.asked.data(), r.asked.lengths(), C.size_t(count),
		&a.flats[0], buffer, capacity, &needed)
	if code == C.KGW_OK && needed > C.uint64_t(capacity) {
		a.texts = newRoom(int(needed))
		buffer, capacity = a.room()
		code = C.kgw_go_fetch_many(r.c, C.size_t(count), &a.flats[0], buffer, capacity, &needed)
	}
	if code != C.KGW_OK {
		return Code(code).err()
	}
	return nil
}

// take copies one decision out of many.
func (b *body) take(flat *C.kgw_go_decision, text []byte) {
	b.flat = *flat
	if len(text) > len(b.text) {
		b.text = newRoom(len(text))
	}
	copy(b.text, text)
}
