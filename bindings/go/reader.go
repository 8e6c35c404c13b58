package kgw

// #include "shim.h"
import "C"

import (
	"runtime"
	"sync/atomic"
)

// Reader decides. The engine has some for everybody (Engine.Route); one of your own has random
// choices and turns of round robin of its own, and is a little faster. One goroutine at a time: a
// call while another one is under way returns CodeBusy.
type Reader struct {
	engine  *Engine
	c       *C.kgw_go_reader
	state   atomic.Int32
	cleanup runtime.Cleanup
	asked   batch
}

const (
	readerIdle int32 = iota
	readerBusy
	readerClosed
)

// NewReader makes a reader. Close gives it back, and so does the garbage collector.
func (e *Engine) NewReader() (*Reader, error) {
	r := &Reader{engine: e}
	err := e.control(func(engine *C.kgw_engine) error {
		if err := failed(C.kgw_go_reader_new(engine, &r.c)); err != nil {
			return err
		}
		if r.c == nil {
			return CodeMemory.err()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.cleanup = runtime.AddCleanup(r, func(c *C.kgw_go_reader) { C.kgw_go_reader_free(c) }, r.c)
	return r, nil
}

// Close gives the reader back; later calls return ErrClosed. CodeBusy: it is in use.
func (r *Reader) Close() error {
	if !r.state.CompareAndSwap(readerIdle, readerClosed) {
		if r.state.Load() == readerClosed {
			return nil
		}
		return CodeBusy.err()
	}
	r.cleanup.Stop()
	C.kgw_go_reader_free(r.c)
	return nil
}

// enter makes the reader this goroutine's; leave must follow.
func (r *Reader) enter() error {
	if !r.state.CompareAndSwap(readerIdle, readerBusy) {
		if r.state.Load() == readerClosed {
			return ErrClosed
		}
		return CodeBusy.err()
	}
	if r.engine.h.closed.Load() {
		r.leave()
		return ErrClosed
	}
	r.asked.reset()
	return nil
}

func (r *Reader) leave() { r.state.Store(readerIdle) }

// Route decides about one request.
func (r *Reader) Route(request *Request) (*Decision, error) {
	d := new(Decision)
	if err := r.RouteInto(d, request); err != nil {
		return nil, err
	}
	return d, nil
}

// RouteInto is Route into a decision that there is already, which allocates nothing. An error
// leaves a decision that rejects.
func (r *Reader) RouteInto(d *Decision, request *Request) error {
	if err := r.enter(); err != nil {
		return err
	}
	defer r.leave()
	if err := r.asked.add(request); err != nil {
		return err
	}
	b := d.prepare(r.engine.h)
	buffer, capacity := b.room()
	code := C.kgw_go_route(r.c, r.asked.first(), r.asked.data(), r.asked.lengths(), &b.flat, buffer, capacity)
	err := r.filled(b, code)
	runtime.KeepAlive(d)
	return err
}

// Retry closes a try that failed, and decides about the next one, by the newest configuration: the
// same cluster, but not the endpoints that failed already as long as there are others. d holds the
// failed try and gets the next; mirrors are not sent again. With a nil request only endpoint and
// transport are filled.
//
// Whether to try again is the caller's to say, by RetryPolicy; with a backoff it calls this when the
// wait is over, and until then the failed try still counts as active.
func (r *Reader) Retry(d *Decision, request *Request, outcome Outcome) error {
	if err := r.enter(); err != nil {
		return err
	}
	defer r.leave()
	if d.b == nil || d.b.h != r.engine.h {
		return CodeInvalid.err()
	}
	var first *C.kgw_go_request
	if request != nil {
		if err := r.asked.add(request); err != nil {
			return err
		}
		first = r.asked.first()
	}
	b := d.b
	b.abortMirrors()
	b.unlend()
	buffer, capacity := b.room()
	how := outcome.flat()
	code := C.kgw_go_retry(r.c, first, r.asked.data(), r.asked.lengths(), &how, &b.flat, buffer, capacity)
	err := r.filled(b, code)
	runtime.KeepAlive(d)
	return err
}

// filled sees to it that a decision has all its texts.
func (r *Reader) filled(b *body, code C.int32_t) error {
	if code == C.KGW_OK && uint64(b.flat.size) > uint64(len(b.text)) {
		b.text = newRoom(int(b.flat.size))
		buffer, capacity := b.room()
		code = C.kgw_go_fetch(r.c, &b.flat, buffer, capacity)
	}
	if code == C.KGW_OK {
		return nil
	}
	ticket := b.flat.ticket // a retry that was refused has closed nothing
	b.flat = noBody.flat
	b.flat.ticket = ticket
	return Code(code).err()
}
