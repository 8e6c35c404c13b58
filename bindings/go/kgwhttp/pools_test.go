package kgwhttp

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"kgw.dev/kgw"
)

func TestSocketsAreDialled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Host)
	}))
	server.Listener = listener
	server.Start()
	defer server.Close()
	var all pools
	transport := all.get(nil, kgw.Transport{})
	request := httptest.NewRequest("GET", "http://shop.example/", nil)
	setURL(request, "http", hostOf(kgw.Endpoint{Address: "unix:" + path}), "/x")
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); string(body) != "shop.example" {
		t.Errorf("got %s", body)
	}
}
