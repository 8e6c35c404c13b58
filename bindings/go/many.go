package kgw

// #include "shim.h"
import "C"

import (
	"fmt"
	"unsafe"
)

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
