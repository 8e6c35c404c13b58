package kgw

// #include "shim.h"
import "C"

import (
	"sync/atomic"
	"unsafe"
)

// handle is an engine of the library's. Close may come at any time, from any goroutine and from
// callbacks: no call begins after it, and the last one that is under way frees the engine. Calls
// count themselves in one of several places, so that goroutines do not fight for one.
type handle struct {
	engine *C.kgw_engine
	hooks  *hooks
	done   chan struct{} // closed by close
	closed atomic.Bool
	freed  atomic.Bool
	calls  [8]struct {
		atomic.Int64
		_ [56]byte
	}
}

// enter reports whether a call may begin; then leave must follow, with the same hint.
func (h *handle) enter(hint unsafe.Pointer) bool {
	h.calls[place(hint)].Add(1)
	if !h.closed.Load() {
		return true
	}
	h.leave(hint)
	return false
}

func (h *handle) leave(hint unsafe.Pointer) {
	h.calls[place(hint)].Add(-1)
	if h.closed.Load() {
		h.freeIfIdle()
	}
}

func place(hint unsafe.Pointer) uintptr { return uintptr(hint) >> 9 % 8 }

func (h *handle) close() bool {
	if !h.closed.CompareAndSwap(false, true) {
		return false
	}
	close(h.done)
	h.freeIfIdle()
	return true
}

// Nobody enters any more. Whoever was inside and leaves after this comes by here again.
func (h *handle) freeIfIdle() {
	for i := range h.calls {
		if h.calls[i].Load() != 0 {
			return
		}
	}
	if h.freed.CompareAndSwap(false, true) {
		C.kgw_engine_free(h.engine)
		h.hooks.forget()
	}
}
