package kgwhttp

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"kgw.dev/kgw"
)

// pools are connections to endpoints: one http.Transport for each way to speak to them.
type pools struct {
	all sync.Map // of kgw.Transport to *http.Transport
}

func (p *pools) get(base *http.Transport, how kgw.Transport) *http.Transport {
	if found, ok := p.all.Load(how); ok {
		return found.(*http.Transport)
	}
	found, _ := p.all.LoadOrStore(how, newTransport(base, how))
	return found.(*http.Transport)
}

func newTransport(base *http.Transport, how kgw.Transport) *http.Transport {
	if base == nil {
		base = &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConnsPerHost: 256,
			IdleConnTimeout:     90 * time.Second,
			DisableCompression:  true, // what the client asked for goes on to the backend, no more
		}
	}
	t := base.Clone()
	dial := t.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if path := socketOf(address); path != "" {
			network, address = "unix", path
		}
		return dial(ctx, network, address)
	}
	if how.TLS {
		if t.TLSClientConfig == nil {
			t.TLSClientConfig = &tls.Config{}
		}
		t.TLSClientConfig.ServerName = how.SNI
		t.TLSClientConfig.InsecureSkipVerify = !how.Verify
	}
	if how.Wire != kgw.WireUnset {
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(how.Wire == kgw.WireHTTP1)
		t.Protocols.SetHTTP2(how.Wire == kgw.WireHTTP2)
		t.Protocols.SetUnencryptedHTTP2(how.Wire == kgw.WireHTTP2)
	}
	return t
}

// The path of a Unix socket, as a host name that connections can be told apart by.
const socketSuffix = ".socket.invalid"

// hostOf is the host of an endpoint's URL.
func hostOf(e kgw.Endpoint) string {
	if network, path := e.Dial(); network == "unix" {
		return hex.EncodeToString([]byte(path)) + socketSuffix
	}
	return e.String()
}

// socketOf is the path in such a host, with any port; empty if it is another one.
func socketOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	encoded, ok := strings.CutSuffix(host, socketSuffix)
	if !ok {
		return ""
	}
	path, _ := hex.DecodeString(encoded)
	return string(path)
}
