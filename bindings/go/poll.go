package kgw

// #include "shim.h"
import "C"

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"os"
	"sync"
	"syscall"
	"time"
)

var began = time.Now()

// Now is a monotonic clock in nanoseconds, the one that Start polls with.
func Now() int64 { return int64(time.Since(began)) }

// Never is the time that Poll returns for "when FD is readable".
const Never int64 = math.MaxInt64

// Poll does what is due: it follows watched files, frees old snapshots, and logs. now is a
// monotonic clock of the caller's, such as Now; next is when to call again at the latest. For those
// who do not want the goroutine of Start. A PanicError says that the Logger panicked; what was due
// is done all the same.
func (e *Engine) Poll(now int64) (next int64, err error) {
	out := C.int64_t(Never)
	err = e.control(func(engine *C.kgw_engine) error {
		return failed(C.kgw_engine_poll(engine, C.int64_t(now), &out))
	})
	if err != nil {
		return int64(out), err
	}
	e.tellIfChanged()
	return int64(out), e.h.hooks.panicOf()
}

// FD is a descriptor that is readable when Poll has something to do; -1 if there is none. It belongs
// to the engine, and is not to be closed.
func (e *Engine) FD() int {
	fd := -1
	_ = e.control(func(engine *C.kgw_engine) error {
		fd = int(C.kgw_engine_fd(engine))
		return nil
	})
	return fd
}

// poller is the goroutine of Start.
type poller struct {
	mu   sync.Mutex
	wake *os.File // a copy of FD, in the hands of Go's own poller; closing it ends the goroutine
	stop chan struct{}
}

// Start calls Poll from a goroutine of its own until Stop or Close. A second Start does nothing.
func (e *Engine) Start() error {
	e.poller.mu.Lock()
	defer e.poller.mu.Unlock()
	if e.poller.stop != nil {
		return nil
	}
	if e.h.closed.Load() {
		return ErrClosed
	}
	wake, err := e.copyOfFD()
	if err != nil {
		return err
	}
	e.poller.wake, e.poller.stop = wake, make(chan struct{})
	go e.pollUntil(e.poller.stop, wake)
	return nil
}

// Stop ends what Start began. A poll that is under way finishes.
func (e *Engine) Stop() {
	e.poller.mu.Lock()
	defer e.poller.mu.Unlock()
	if e.poller.stop == nil {
		return
	}
	close(e.poller.stop)
	if e.poller.wake != nil {
		e.poller.wake.Close()
	}
	e.poller.stop, e.poller.wake = nil, nil
}

// copyOfFD is nil if there is none.
func (e *Engine) copyOfFD() (*os.File, error) {
	fd := -1
	err := e.control(func(engine *C.kgw_engine) (err error) {
		if own := int(C.kgw_engine_fd(engine)); own >= 0 {
			fd, err = syscall.Dup(own)
		}
		return err
	})
	if err != nil || fd < 0 {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil { // only then Go waits for it
		syscall.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "kgw"), nil
}

func (e *Engine) pollUntil(stop chan struct{}, wake *os.File) {
	for {
		next, err := e.Poll(Now())
		if errors.Is(err, ErrClosed) {
			return
		}
		if err != nil {
			e.complain(err)
			next = Now() + int64(time.Second)
		}
		wait(stop, wake, next)
		select {
		case <-stop:
			return
		default:
		}
	}
}

// A panic of the logger cannot be told to the logger.
func (e *Engine) complain(err error) {
	var panicked *PanicError
	if logger := e.h.hooks.logger; logger != nil && !errors.As(err, &panicked) {
		logger.LogAttrs(context.Background(), slog.LevelError, "polling", slog.Any("error", err))
	}
}

// wait returns when wake is readable, when the time has come, or when stop is closed.
func wait(stop chan struct{}, wake *os.File, next int64) {
	left := time.Duration(next - Now())
	if next == Never {
		left = time.Hour
	}
	if wake == nil {
		select {
		case <-stop:
		case <-time.After(left):
		}
		return
	}
	raw, err := wake.SyscallConn()
	if err != nil {
		return // closed
	}
	_ = wake.SetReadDeadline(time.Now().Add(left))
	_ = raw.Read(func(fd uintptr) bool { return C.kgw_go_readable(C.int(fd)) != 0 })
}
