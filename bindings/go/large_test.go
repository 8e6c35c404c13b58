//go:build !race

package kgw_test

import (
	"errors"
	"strings"
	"testing"

	"kgw.dev/kgw"
)

func TestARequestOf300MegabytesIsAnError(t *testing.T) {
	engine := engineOf(t, nil, served)
	piece := strings.Repeat("x", 16<<20)
	many := make([]kgw.Header, 19)
	for i := range many {
		many[i] = kgw.Header{Name: "x-a", Value: piece}
	}
	if _, err := engine.Route(&kgw.Request{Headers: many}); !errors.Is(err, kgw.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	check(t, "the next one", decide(t, engine, "shop.example", "/").Cluster(), "shop_default")
}
