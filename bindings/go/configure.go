package kgw

// #include "shim.h"
import "C"

import "unsafe"

// Format of a configuration text.
type Format int32

// Formats.
const (
	FormatAuto Format = C.KGW_FORMAT_AUTO // JSON if the name ends in ".json", else YAML
	FormatYAML Format = C.KGW_FORMAT_YAML // includes JSON
	FormatJSON Format = C.KGW_FORMAT_JSON
)

// Source is one named text: usually a file.
type Source struct {
	Name   string
	Bytes  []byte // empty: what the source brought before goes
	Format Format
}

// Apply replaces all that each of these sources brought before, and publishes everything that is
// valid as one change. What is wrong keeps its last good form and is a finding in the report. An
// error (CodeConfig) comes back only if nothing was published.
func (e *Engine) Apply(sources ...Source) (*Report, error) {
	var pins pins
	defer pins.Unpin()
	list := make([]C.kgw_source, len(sources))
	for i := range sources {
		list[i] = C.kgw_source{
			name:   pins.text(sources[i].Name),
			bytes:  pins.bytes(sources[i].Bytes),
			format: C.int32_t(sources[i].Format),
		}
	}
	return e.change(func(engine *C.kgw_engine, out **C.kgw_report) *C.kgw_error {
		return C.kgw_engine_apply(engine, unsafe.SliceData(list), C.size_t(len(list)), out)
	})
}

// Load reads files and folders (recursively: *.yaml, *.yml, *.json) and applies them as one
// change.
func (e *Engine) Load(paths ...string) (*Report, error) {
	var pins pins
	defer pins.Unpin()
	list := pins.texts(paths)
	return e.change(func(engine *C.kgw_engine, out **C.kgw_report) *C.kgw_error {
		return C.kgw_engine_load(engine, unsafe.SliceData(list), C.size_t(len(list)), out)
	})
}

// Watch is Load, and goes on following the files and folders: Start, or whoever calls Poll, applies
// what has changed, once it has settled.
func (e *Engine) Watch(paths ...string) (*Report, error) {
	var pins pins
	defer pins.Unpin()
	list := pins.texts(paths)
	return e.change(func(engine *C.kgw_engine, out **C.kgw_report) *C.kgw_error {
		return C.kgw_engine_watch(engine, unsafe.SliceData(list), C.size_t(len(list)), out)
	})
}

// Refresh asks the UpstreamTypes again, and publishes.
func (e *Engine) Refresh() (*Report, error) {
	return e.change(func(engine *C.kgw_engine, out **C.kgw_report) *C.kgw_error {
		return C.kgw_engine_refresh(engine, out)
	})
}

func (e *Engine) change(call func(*C.kgw_engine, **C.kgw_report) *C.kgw_error) (*Report, error) {
	var report *Report
	err := e.control(func(engine *C.kgw_engine) error {
		var out *C.kgw_report
		if err := failed(call(engine, &out)); err != nil {
			return err
		}
		report = takenReport(out)
		return nil
	})
	if report != nil {
		e.tell(report.Generation)
	}
	return report, err
}
