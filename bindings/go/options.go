package kgw

// #include "shim.h"
import "C"

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
)

// Options are what an engine is made with. The zero value is fine.
type Options struct {
	// Set has the names and words that the program's --set takes:
	// "path_normalization": "off", "seed": "1".
	Set map[string]string

	// Logger hears what happens inside: reloads of watched files and their findings. Nil: nobody.
	// It is called by Poll, and so by the goroutine of Start.
	Logger *slog.Logger

	// UpstreamTypes are types of Upstream of your own.
	UpstreamTypes []UpstreamType
}

// build makes the library's options. What fails leaves nothing behind.
func (o *Options) build(h *hooks) (*C.kgw_options, error) {
	options := C.kgw_options_new()
	if options == nil {
		return nil, CodeMemory.err()
	}
	if err := o.fill(options, h); err != nil {
		C.kgw_options_free(options)
		return nil, err
	}
	return options, nil
}

func (o *Options) fill(options *C.kgw_options, h *hooks) error {
	var pins pins
	defer pins.Unpin()
	for _, key := range slices.Sorted(maps.Keys(o.Set)) {
		err := failed(C.kgw_options_set(options, pins.text(key), pins.text(o.Set[key])))
		if err != nil {
			return err
		}
	}
	if o.Logger != nil {
		if err := failed(C.kgw_go_options_set_log(options, h.id)); err != nil {
			return err
		}
	}
	for i, upstream := range o.UpstreamTypes {
		if upstream == nil {
			return fmt.Errorf("kgw: UpstreamTypes[%d] is nil: %w", i, CodeInvalid)
		}
		if err := h.addUpstreamType(options, upstream); err != nil {
			return err
		}
	}
	return nil
}

func (h *hooks) addUpstreamType(options *C.kgw_options, upstream UpstreamType) error {
	field := upstream.Field()
	if field == "" {
		return fmt.Errorf("kgw: an UpstreamType without a field: %w", CodeInvalid)
	}
	var pins pins
	defer pins.Unpin()
	id := resolvers.add(&resolver{field: field, upstream: upstream})
	err := failed(C.kgw_go_options_add_upstream_type(options, id, pins.text(field)))
	if err != nil {
		resolvers.remove(id)
	}
	return err
}
