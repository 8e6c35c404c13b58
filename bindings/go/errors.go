package kgw

// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Code says what kind of error it was; it is itself an error, for errors.Is:
//
//	if errors.Is(err, kgw.CodeConfig) { ... }
type Code int32

// The codes of the C ABI.
const (
	CodeInvalid   Code = C.KGW_E_INVALID   // a value that is none, such as an unknown Protocol
	CodeSize      Code = C.KGW_E_SIZE      // a struct of another size; package and library do not fit
	CodeTooNew    Code = C.KGW_E_TOO_NEW   // a field that the library does not know
	CodeBusy      Code = C.KGW_E_BUSY      // a Reader is in use by another goroutine
	CodeReentrant Code = C.KGW_E_REENTRANT // a callback called back into the engine that called it
	CodeMemory    Code = C.KGW_E_MEMORY    // no memory
	CodeConfig    Code = C.KGW_E_CONFIG    // nothing of the configuration could be taken in
	CodeOption    Code = C.KGW_E_OPTION    // no such option, or no such value of it
	CodeSystem    Code = C.KGW_E_SYSTEM    // the operating system refused something
	CodeInternal  Code = C.KGW_E_INTERNAL  // a defect
)

var codes = map[Code]struct {
	name string
	err  error // the code as an error, made once: the path of a request allocates none
}{
	CodeInvalid:   {"invalid value", CodeInvalid},
	CodeSize:      {"struct size not accepted by libkgw", CodeSize},
	CodeTooNew:    {"field not known to libkgw", CodeTooNew},
	CodeBusy:      {"reader in use by another goroutine", CodeBusy},
	CodeReentrant: {"called from a callback of the same engine", CodeReentrant},
	CodeMemory:    {"no memory", CodeMemory},
	CodeConfig:    {"nothing of the configuration could be taken in", CodeConfig},
	CodeOption:    {"no such option or value", CodeOption},
	CodeSystem:    {"refused by the operating system", CodeSystem},
	CodeInternal:  {"internal error", CodeInternal},
}

// Error says it in words.
func (c Code) Error() string {
	if known, ok := codes[c]; ok {
		return "kgw: " + known.name
	}
	return "kgw: error " + strconv.Itoa(int(c))
}

func (c Code) err() error {
	if known, ok := codes[c]; ok {
		return known.err
	}
	return c
}

// ErrClosed is what calls on an Engine or Reader return after its Close.
var ErrClosed = errors.New("kgw: closed")

// ErrTooLarge is returned for requests of more than 256 MiB; what is merely larger than the
// options allow is answered by a Decision.
var ErrTooLarge = errors.New("kgw: request larger than 256 MiB")

// Error is what a control call reports: its code, one sentence, and all findings there are. It
// unwraps to its Code.
type Error struct {
	Code        Code
	Message     string
	Diagnostics []Diagnostic
}

// Error is the sentence, with one line for each finding.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("kgw: ")
	b.WriteString(e.Message)
	for i := range e.Diagnostics {
		b.WriteString("\n  ")
		b.WriteString(e.Diagnostics[i].String())
	}
	return b.String()
}

// Unwrap is the code.
func (e *Error) Unwrap() error { return e.Code }

// PanicError is what Poll returns if the Logger panicked during it.
type PanicError struct {
	Value any    // what it panicked with
	Where string // "the logger"
	Stack []byte
}

// Error names the callback and the panic.
func (e *PanicError) Error() string { return fmt.Sprintf("kgw: %s panicked: %v", e.Where, e.Value) }

// Unwrap is what it panicked with, if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

func failed(err *C.kgw_error) error {
	if err == nil {
		return nil
	}
	defer C.kgw_error_free(err)
	out := &Error{Code: Code(C.kgw_error_code(err)), Message: copied(C.kgw_error_message(err))}
	for i := C.size_t(0); i < C.kgw_error_count(err); i++ {
		from := newDiagnostic()
		if C.kgw_error_at(err, i, &from) == C.KGW_OK {
			out.Diagnostics = append(out.Diagnostics, diagnosticOf(&from))
		}
	}
	return out
}
