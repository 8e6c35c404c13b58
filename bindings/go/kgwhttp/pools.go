package kgwhttp

import (
	"crypto/tls"
	"net"
	"net/http"
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
