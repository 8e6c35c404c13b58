package kgw

// #include "shim.h"
import "C"

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Engine takes in a configuration and hands out decisions. Any goroutine may call any method.
//
// Close gives back what it holds. An engine that nobody holds any more is closed by the garbage
// collector, unless it was started.
type Engine struct {
	h       *handle
	readers sync.Pool     // of *Reader, for Route, RouteMany and Retry
	spare   *Reader       // for UpstreamTypes, which cannot make one when they are called
	seen    atomic.Uint64 // the newest generation that watchers of statuses were told of
	news    news
	poller  poller
}

// New makes an engine, which rejects all requests until something is applied. The options may be
// nil.
func New(options *Options) (*Engine, error) {
	if options == nil {
		options = &Options{}
	}
	if err := checkVersion(); err != nil {
		return nil, err
	}
	hooks := newHooks(options)
	made, err := options.build(hooks)
	if err != nil {
		hooks.forget()
		return nil, err
	}
	defer C.kgw_options_free(made)
	h := &handle{hooks: hooks, done: make(chan struct{})}
	if err := failed(C.kgw_engine_new(made, &h.engine)); err != nil {
		hooks.forget()
		return nil, err
	}
	e := &Engine{h: h}
	runtime.AddCleanup(e, func(h *handle) { h.close() }, h)
	if len(options.UpstreamTypes) == 0 {
		return e, nil
	}
	if e.spare, err = e.NewReader(); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Open makes an engine and loads files and folders into it. It is strict: if anything is wrong with
// them, there is no engine, and an *Error with all findings.
func Open(options *Options, paths ...string) (*Engine, error) {
	e, err := New(options)
	if err != nil {
		return nil, err
	}
	report, err := e.Load(paths...)
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Close ends the engine: later calls return ErrClosed, those that are under way finish. Decisions
// keep their texts, but tickets that are not done can no longer be. It never fails, waits for
// nobody, and may be called again.
func (e *Engine) Close() error {
	e.Stop()
	e.h.close()
	return nil
}

// control makes a control call.
func (e *Engine) control(call func(engine *C.kgw_engine) error) error {
	hint := unsafe.Pointer(e)
	if !e.h.enter(hint) {
		return ErrClosed
	}
	err := call(e.h.engine)
	// Not deferred: after a runtime.Goexit inside a callback the call is still on the stack of C.
	e.h.leave(hint)
	return err
}
