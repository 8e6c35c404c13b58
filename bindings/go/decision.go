package kgw

// #include "shim.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Verdict says what to do with a request.
type Verdict int32

// Verdicts.
const (
	Forward  Verdict = C.KGW_FORWARD       // send it to Endpoint, changed as the decision says
	Redirect Verdict = C.KGW_REDIRECT      // answer Status and ResponseEdits, which set a location
	Respond  Verdict = C.KGW_RESPOND       // answer Status and ResponseEdits (a CORS preflight)
	NoRoute  Verdict = C.KGW_NO_ROUTE      // nothing matches: 404
	Failure  Verdict = C.KGW_VERDICT_ERROR // answer Status; Reason says why
	Reject   Verdict = C.KGW_REJECT        // close the connection: no listener for it
)

// String is the word of the JSON: "forward", "no_route".
func (v Verdict) String() string {
	switch v {
	case Forward:
		return "forward"
	case Redirect:
		return "redirect"
	case Respond:
		return "respond"
	case NoRoute:
		return "no_route"
	case Failure:
		return "error"
	case Reject:
		return "reject"
	default:
		return "unknown"
	}
}

// Decision says where a request goes, and how: the same words as the JSON of the program. It owns
// what it says; nothing of it ends with the next request, the next configuration, or the engine.
//
// The zero value is ready to be filled by RouteInto, again and again: that allocates nothing, but
// new room for texts if a method that returns a string was called since the last time. One
// goroutine at a time fills a decision or finishes it; any number may read.
//
// A decision with the verdict Forward counts as an active request of its endpoint until Done, and so
// does each of its mirrors. One that is filled anew or forgotten before that counts as aborted.
// Decisions stay where they are: of a slice that append moves, the ones left behind are forgotten.
type Decision struct {
	_ noCopy
	b *body
}

// body is what a decision holds: apart from it, so that the tickets of a forgotten one can be
// finished.
type body struct {
	flat C.kgw_go_decision
	text []byte      // texts and lists of flat
	lent atomic.Bool // strings were handed out that lie in text, so it must not be written again
	h    *handle     // of the engine that the tickets belong to
}

// noCopy makes `go vet` complain about copies.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

const firstRoom = 512 // bytes of texts, enough for most decisions

var noBody = body{flat: C.kgw_go_decision{
	verdict: C.KGW_REJECT, request_timeout_ms: C.KGW_UNSET, backend_timeout_ms: C.KGW_UNSET,
	backoff_ms: C.KGW_UNSET,
}}

func (d *Decision) read() *body {
	if d.b == nil {
		return &noBody
	}
	return d.b
}

// prepare gets a decision ready to be filled for this engine. What works on the body of a decision
// that the caller may have used for the last time keeps it alive, or its cleanup would meet that.
func (d *Decision) prepare(h *handle) *body {
	if d.b == nil {
		d.b = &body{text: newRoom(firstRoom)}
		runtime.AddCleanup(d, (*body).abort, d.b)
	}
	d.b.abort()
	d.b.h = h
	d.b.unlend()
	return d.b
}

func (b *body) unlend() {
	if b.lent.Load() {
		b.text = newRoom(cap(b.text))
		b.lent.Store(false)
	}
}

// newRoom is aligned to 8 bytes.
func newRoom(size int) []byte {
	words := make([]uint64, (size+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*8)
}

// room is where C writes to.
func (b *body) room() (*C.char, C.size_t) {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(b.text))), C.size_t(cap(b.text))
}

func (b *body) string(t C.kgw_go_text) string {
	if t.length == 0 {
		return ""
	}
	if !b.lent.Load() {
		b.lent.Store(true)
	}
	return unsafe.String(&b.text[t.at], int(t.length))
}

// listOf is a list that C wrote into the buffer of a decision.
func listOf[T any](b *body, at, count C.uint32_t) []T {
	if count == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b.text[at])), int(count))
}

// Verdict says what to do.
func (d *Decision) Verdict() Verdict { return Verdict(d.read().flat.verdict) }

// Reason is a short machine word: "NoEndpoints"; empty for a plain forward.
func (d *Decision) Reason() string { return d.read().string(d.read().flat.reason) }

// Generation is that of the snapshot that decided.
func (d *Decision) Generation() uint64 { return uint64(d.read().flat.generation) }

// Gateway is the "namespace/name" of the Gateway that decided.
func (d *Decision) Gateway() string { return d.read().string(d.read().flat.gateway) }

// Listener is the name of the listener in that Gateway.
func (d *Decision) Listener() string { return d.read().string(d.read().flat.listener) }

// Cluster is the name of the group of endpoints that was chosen from.
func (d *Decision) Cluster() string { return d.read().string(d.read().flat.cluster) }

// JSON is the line of `kgw route -o json`. The request is the one decided about; without one, what
// was not changed of it is empty.
func (d *Decision) JSON(request *Request) ([]byte, error) {
	b := d.read()
	var asked batch
	var first *C.kgw_go_request
	if request != nil {
		if err := asked.add(request); err != nil {
			return nil, err
		}
		first = asked.first()
	}
	buffer, _ := b.room()
	var out *C.kgw_text
	err := failed(C.kgw_go_decision_json(&b.flat, buffer, first, asked.data(), asked.lengths(), &out))
	runtime.KeepAlive(d)
	if err != nil {
		return nil, err
	}
	if out == nil {
		return nil, CodeMemory.err()
	}
	return []byte(taken(out)), nil
}
