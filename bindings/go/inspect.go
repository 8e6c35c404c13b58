package kgw

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"time"
)

// Stats is what an engine holds.
type Stats struct {
	Generation          uint64 // of the newest snapshot; 0: none yet
	Snapshots           int    // in memory: the newest, and older ones that are still held
	RetiredBytes        uint64 // of the older ones, about
	Readers             int
	ReadersBehind       int           // of those: hold an older snapshot
	OldestGeneration    uint64        // that one of these holds; 0: none is behind
	LongestBehind       time.Duration // since the snapshot of the one furthest behind was replaced
	LongestBehindReader uint64        // its number: readers count from 0
}

// Stats says what the engine holds.
func (e *Engine) Stats() (Stats, error) {
	from := C.kgw_stats{size: C.sizeof_kgw_stats}
	err := e.control(func(engine *C.kgw_engine) error {
		return failed(C.kgw_engine_stats(engine, &from))
	})
	return Stats{
		Generation:          uint64(from.generation),
		Snapshots:           int(from.snapshots),
		RetiredBytes:        uint64(from.retired_bytes),
		Readers:             int(from.readers),
		ReadersBehind:       int(from.readers_behind),
		OldestGeneration:    uint64(from.oldest_generation),
		LongestBehind:       time.Duration(from.longest_behind_s) * time.Second,
		LongestBehindReader: uint64(from.longest_behind_reader),
	}, err
}

// Routes is the table of routes, as the JSON of `kgw routes -o json`.
func (e *Engine) Routes() (json.RawMessage, error) {
	return e.text(func(engine *C.kgw_engine, out **C.kgw_text) *C.kgw_error {
		return C.kgw_engine_routes(engine, out)
	})
}

// Endpoints is the table of endpoints with their counters, as the JSON of
// `kgw endpoints -o json`.
func (e *Engine) Endpoints() (json.RawMessage, error) {
	return e.text(func(engine *C.kgw_engine, out **C.kgw_text) *C.kgw_error {
		return C.kgw_engine_endpoints(engine, out)
	})
}

// Explain says why the request goes where it goes, as text for people: each candidate with the first
// predicate that failed, then the steps after the match.
func (e *Engine) Explain(request *Request) (string, error) {
	text, err := e.explain(request, false)
	return string(text), err
}

// ExplainJSON is Explain as the JSON of `kgw explain -o json`.
func (e *Engine) ExplainJSON(request *Request) (json.RawMessage, error) {
	return e.explain(request, true)
}

func (e *Engine) explain(request *Request, asJSON bool) ([]byte, error) {
	var asked batch
	if err := asked.add(request); err != nil {
		return nil, err
	}
	return e.text(func(engine *C.kgw_engine, out **C.kgw_text) *C.kgw_error {
		return C.kgw_go_explain(engine, asked.first(), asked.data(), asked.lengths(), flag[C.int32_t](asJSON), out)
	})
}

func (e *Engine) text(call func(*C.kgw_engine, **C.kgw_text) *C.kgw_error) ([]byte, error) {
	var out []byte
	err := e.control(func(engine *C.kgw_engine) error {
		var text *C.kgw_text
		if err := failed(call(engine, &text)); err != nil {
			return err
		}
		if text == nil {
			return CodeMemory.err()
		}
		out = []byte(taken(text))
		return nil
	})
	return out, err
}

// Object is one object of the configuration.
type Object struct {
	Kind      string
	Namespace string
	Name      string
	File      string
	Line      int
	JSON      json.RawMessage // as an API server would return it: spec with defaults, and status
}

// Status is the object's status alone; nil if it has none.
func (o *Object) Status() json.RawMessage {
	var parts struct{ Status json.RawMessage }
	_ = json.Unmarshal(o.JSON, &parts) // the library wrote it
	return parts.Status
}

// Objects are those of a kind ("HTTPRoute") that are in effect.
func (e *Engine) Objects(kind string) ([]Object, error) {
	var pins pins
	defer pins.Unpin()
	asked := pins.text(kind)
	var found []Object
	err := e.control(func(engine *C.kgw_engine) error {
		var objects *C.kgw_objects
		if err := failed(C.kgw_engine_objects(engine, asked, &objects)); err != nil {
			return err
		}
		defer C.kgw_objects_free(objects)
		found = objectsOf(objects)
		return nil
	})
	return found, err
}

func objectsOf(objects *C.kgw_objects) []Object {
	out := make([]Object, 0, int(C.kgw_objects_count(objects)))
	for i := range cap(out) {
		one := C.kgw_object{size: C.sizeof_kgw_object}
		if C.kgw_objects_at(objects, C.size_t(i), &one) != C.KGW_OK {
			continue
		}
		out = append(out, Object{
			Kind: copied(one.kind), Namespace: copied(one.namespace_), Name: copied(one.name),
			File: copied(one.file), Line: int(one.line), JSON: json.RawMessage(copied(one.json)),
		})
	}
	return out
}
