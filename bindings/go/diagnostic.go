package kgw

// #include "shim.h"
import "C"

import (
	"fmt"
	"strings"
)

// Severity is how bad a finding is.
type Severity int32

// Severities.
const (
	SeverityWarning Severity = C.KGW_WARNING
	SeverityError   Severity = C.KGW_ERROR
)

// String is "warning" or "error".
func (s Severity) String() string {
	if s == SeverityError {
		return "error"
	}
	return "warning"
}

// Diagnostic is one finding about a configuration; its fields are the keys of
// `kgw check -o json`.
type Diagnostic struct {
	Severity   Severity
	File       string // the source's name, as it was given
	Line       int    // from 1; 0: no place in a text
	Column     int    // from 1, in bytes
	Kind       string
	Namespace  string
	Name       string
	Field      string // "spec.rules[0].matches[0].path.type"
	Code       string // a stable word to filter by: "UnknownValue"
	Message    string // one sentence
	Suggestion string // the nearest valid word, if there is one
}

// String is the line that `kgw check` prints, with what it is about.
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.File != "" {
		b.WriteString(d.File)
		if d.Line != 0 {
			fmt.Fprintf(&b, ":%d:%d", d.Line, d.Column)
		}
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s: ", d.Severity)
	if d.Kind != "" {
		b.WriteString(d.Kind)
		if d.Name != "" {
			b.WriteString(" ")
			if d.Namespace != "" {
				b.WriteString(d.Namespace + "/")
			}
			b.WriteString(d.Name)
		}
		if d.Field == "" {
			b.WriteString(":")
		}
		b.WriteString(" ")
	}
	if d.Field != "" {
		b.WriteString(d.Field + ": ")
	}
	b.WriteString(d.Message)
	if d.Suggestion != "" && !strings.Contains(d.Message, "did you mean") {
		fmt.Fprintf(&b, " (did you mean %q?)", d.Suggestion)
	}
	fmt.Fprintf(&b, " [%s]", d.Code)
	return b.String()
}

func newDiagnostic() C.kgw_diagnostic { return C.kgw_diagnostic{size: C.sizeof_kgw_diagnostic} }

func diagnosticOf(from *C.kgw_diagnostic) Diagnostic {
	return Diagnostic{
		Severity:   Severity(from.severity),
		File:       copied(from.file),
		Line:       int(from.line),
		Column:     int(from.column),
		Kind:       copied(from.kind),
		Namespace:  copied(from.namespace_),
		Name:       copied(from.name),
		Field:      copied(from.field),
		Code:       copied(from.code),
		Message:    copied(from.message),
		Suggestion: copied(from.suggestion),
	}
}
