package kgw

// #include "shim.h"
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"
)

const doneAtOnce = 64

// DoneMany is Decision.Done for many, in one call into C for each 64.
func (e *Engine) DoneMany(decisions []Decision, outcomes []Outcome) error {
	if len(decisions) != len(outcomes) {
		return fmt.Errorf("kgw: %d outcomes for %d decisions: %w", len(outcomes), len(decisions), CodeInvalid)
	}
	defer runtime.KeepAlive(unsafe.SliceData(decisions))
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

// RouteMany decides about many requests in one call into C, in their order, each 16 by one snapshot.
// 64 is a good number. With an error none was decided about.
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
	defer runtime.KeepAlive(unsafe.SliceData(decisions))
	for left := decisions; len(left) > 0; left = left[min(len(left), doneAtOnce):] {
		_ = r.engine.h.finishMany(left[:min(len(left), doneAtOnce)], nil) // what is filled anew is over
	}
	var answers C.kgw_go_answers
	code := C.kgw_go_route_many(
		r.c, r.asked.first(), r.asked.data(), r.asked.lengths(), C.size_t(len(requests)), &answers)
	decisions = decisions[:answers.count]
	flats, texts := unsafe.Slice(answers.decisions, len(decisions)), unsafe.Pointer(answers.texts)
	for i := range decisions {
		size := int(flats[i].size)
		decisions[i].prepare(r.engine.h).take(&flats[i], unsafe.Slice((*byte)(texts), size))
		texts = unsafe.Add(texts, size)
	}
	if code == C.KGW_OK {
		return nil
	}
	for i := range decisions { // those that were decided before one failed
		decisions[i].b.abort()
		decisions[i].b.flat = noBody.flat
	}
	return Code(code).err()
}

// take copies one decision out of many.
func (b *body) take(flat *C.kgw_go_decision, text []byte) {
	b.flat = *flat
	if len(text) > len(b.text) {
		b.text = newRoom(len(text))
	}
	copy(b.text, text)
}
