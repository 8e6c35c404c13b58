package kgw

// #include "shim.h"
import "C"

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// registry gives numbers to what the library is to call: C keeps those, and never a pointer of
// Go's. A number that was removed finds nothing.
type registry[T any] struct {
	next  atomic.Uintptr
	items sync.Map
}

func (r *registry[T]) add(item *T) C.uintptr_t {
	id := r.next.Add(1)
	r.items.Store(id, item)
	return C.uintptr_t(id)
}

func (r *registry[T]) find(id C.uintptr_t) *T {
	item, ok := r.items.Load(uintptr(id))
	if !ok {
		return nil
	}
	return item.(*T)
}

func (r *registry[T]) remove(id C.uintptr_t) { r.items.Delete(uintptr(id)) }

var (
	loggers   registry[hooks]
	resolvers registry[resolver]
)

// hooks are the callbacks of one engine. They know nothing of the engine, so that one that nobody
// holds any more can be collected.
type hooks struct {
	id       C.uintptr_t
	logger   *slog.Logger
	panicked atomic.Pointer[PanicError] // since the last Poll ended
}

func newHooks(o *Options) *hooks {
	h := &hooks{logger: o.Logger}
	h.id = loggers.add(h)
	return h
}

func (h *hooks) forget() { loggers.remove(h.id) }

// panicOf is what the logger panicked with, for Poll: no other call logs.
func (h *hooks) panicOf() error {
	if h.panicked.Load() == nil {
		return nil
	}
	if err := h.panicked.Swap(nil); err != nil {
		return err
	}
	return nil
}

func (h *hooks) log(level C.int32_t, text string) {
	defer func() {
		if value := recover(); value != nil {
			h.panicked.Store(&PanicError{Value: value, Where: "the logger", Stack: debug.Stack()})
		}
	}()
	h.logger.Log(context.Background(), levelOf(level), text)
}

func levelOf(level C.int32_t) slog.Level {
	switch level {
	case C.KGW_LOG_INFO:
		return slog.LevelInfo
	case C.KGW_LOG_WARNING:
		return slog.LevelWarn
	default:
		return slog.LevelError
	}
}

//export kgwGoLog
func kgwGoLog(id C.uintptr_t, level C.int32_t, text C.kgw_str) {
	if h := loggers.find(id); h != nil {
		h.log(level, copied(text))
	}
}

//export kgwGoResolve
func kgwGoResolve(id C.uintptr_t, namespace, name, json C.kgw_str, answer *C.kgw_upstream_answer) C.int32_t {
	r := resolvers.find(id)
	if r == nil {
		return 0
	}
	found := r.resolve(&Upstream{
		Namespace: copied(namespace), Name: copied(name), Config: []byte(copied(json)), answer: answer,
	})
	if found {
		return 1
	}
	return 0
}

//export kgwGoForget
func kgwGoForget(id C.uintptr_t) { resolvers.remove(id) }
