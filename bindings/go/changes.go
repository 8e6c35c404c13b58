package kgw

// #include "shim.h"
import "C"

import "iter"

// Method is what to send if it is not the request's own: changed says so.
func (d *Decision) Method() (method string, changed bool) {
	return d.change(C.KGW_CHANGED_METHOD, d.read().flat.method)
}

// Scheme is what to send if it is not the request's own.
func (d *Decision) Scheme() (scheme string, changed bool) {
	return d.change(C.KGW_CHANGED_SCHEME, d.read().flat.scheme)
}

// Authority is what to send as Host if it is not the request's own.
func (d *Decision) Authority() (authority string, changed bool) {
	return d.change(C.KGW_CHANGED_AUTHORITY, d.read().flat.authority)
}

// Path is what to send, query included, if it is not the request's own.
func (d *Decision) Path() (path string, changed bool) {
	return d.change(C.KGW_CHANGED_PATH, d.read().flat.path)
}

func (d *Decision) change(bit C.uint32_t, text C.kgw_go_text) (string, bool) {
	b := d.read()
	if b.flat.changed&bit == 0 {
		return "", false
	}
	return b.string(text), true
}

// Status is that of the answer; 0: the backend's own.
func (d *Decision) Status() int { return int(d.read().flat.status) }

// Body is that of an answer that is not the backend's.
func (d *Decision) Body() string { return d.read().string(d.read().flat.body) }

// Edits are changes of header fields, to be made in this order: Remove, Set, Add.
type Edits struct {
	b    *body
	flat *C.kgw_go_edits
}

// RequestEdits are for what is sent to the endpoint.
func (d *Decision) RequestEdits() Edits { return Edits{d.read(), &d.read().flat.request_edits} }

// ResponseEdits are for the backend's answer, or make up the answer if there is no backend.
func (d *Decision) ResponseEdits() Edits { return Edits{d.read(), &d.read().flat.response_edits} }

// Empty reports whether there is nothing to do.
func (e Edits) Empty() bool {
	return e.flat.remove_count == 0 && e.flat.set_count == 0 && e.flat.add_count == 0
}

// Remove has the names of the fields to be removed.
func (e Edits) Remove() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, name := range listOf[C.kgw_go_text](e.b, e.flat.remove_at, e.flat.remove_count) {
			if !yield(e.b.string(name)) {
				return
			}
		}
	}
}

// Set has names and values: each replaces all values of that name.
func (e Edits) Set() iter.Seq2[string, string] { return e.lines(e.flat.set_at, e.flat.set_count) }

// Add has names and values: each is one more line.
func (e Edits) Add() iter.Seq2[string, string] { return e.lines(e.flat.add_at, e.flat.add_count) }

func (e Edits) lines(at, count C.uint32_t) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		texts := listOf[C.kgw_go_text](e.b, at, 2*count)
		for i := 0; i < len(texts); i += 2 {
			if !yield(e.b.string(texts[i]), e.b.string(texts[i+1])) {
				return
			}
		}
	}
}

// HeaderEditor is what an http.Header can do.
type HeaderEditor interface {
	Del(name string)
	Set(name, value string)
	Add(name, value string)
}

// Apply makes the changes, to an http.Header for instance.
func (e Edits) Apply(to HeaderEditor) {
	for name := range e.Remove() {
		to.Del(name)
	}
	for name, value := range e.Set() {
		to.Set(name, value)
	}
	for name, value := range e.Add() {
		to.Add(name, value)
	}
}
