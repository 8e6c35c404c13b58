package kgw

// #include "shim.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// pins lends Go's texts to C for the time of one control call.
type pins struct{ runtime.Pinner }

func (p *pins) text(s string) C.kgw_str {
	if s == "" {
		return C.kgw_str{}
	}
	data := unsafe.StringData(s)
	p.Pin(data)
	return C.kgw_str{data: (*C.char)(unsafe.Pointer(data)), len: C.size_t(len(s))}
}

func (p *pins) bytes(b []byte) C.kgw_str {
	if len(b) == 0 {
		return C.kgw_str{}
	}
	p.Pin(&b[0])
	return C.kgw_str{data: (*C.char)(unsafe.Pointer(&b[0])), len: C.size_t(len(b))}
}

func (p *pins) texts(list []string) []C.kgw_str {
	out := make([]C.kgw_str, len(list))
	for i, s := range list {
		out[i] = p.text(s)
	}
	return out
}

// view is a text of C's as it lies there.
func view(s C.kgw_str) []byte {
	if s.len == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(s.data)), int(s.len))
}

func copied(s C.kgw_str) string { return string(view(s)) }

// taken copies a text that the library made, and frees it.
func taken(text *C.kgw_text) string {
	defer C.kgw_text_free(text)
	return copied(C.kgw_text_str(text))
}
