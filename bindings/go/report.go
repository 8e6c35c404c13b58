package kgw

// #include "shim.h"
import "C"

import "fmt"

// Report is what one change of the configuration did.
type Report struct {
	Generation  uint64 // of the snapshot that was published; 0 if none was
	Objects     int    // in effect after the change
	Diagnostics []Diagnostic
}

// Err is nil if there are no errors among the findings, and else an *Error with all of them: for
// those who want all or nothing. What was valid is in effect either way.
func (r *Report) Err() error {
	errors := 0
	for i := range r.Diagnostics {
		if r.Diagnostics[i].Severity == SeverityError {
			errors++
		}
	}
	if errors == 0 {
		return nil
	}
	plural := "s"
	if errors == 1 {
		plural = ""
	}
	message := fmt.Sprintf("the configuration has %d error%s", errors, plural)
	return &Error{Code: CodeConfig, Message: message, Diagnostics: r.Diagnostics}
}

func takenReport(from *C.kgw_report) *Report {
	defer C.kgw_report_free(from)
	out := &Report{
		Generation: uint64(C.kgw_report_generation(from)),
		Objects:    int(C.kgw_report_objects(from)),
	}
	for i := C.size_t(0); i < C.kgw_report_count(from); i++ {
		one := newDiagnostic()
		if C.kgw_report_at(from, i, &one) == C.KGW_OK {
			out.Diagnostics = append(out.Diagnostics, diagnosticOf(&one))
		}
	}
	return out
}
