package kgwhttp

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func readerBody(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

// errClientBody is that the client's body could not be read: its own fault.
var errClientBody = errors.New("kgwhttp: the body of the request broke off")

// clientBody is a request's body on its way to a backend. A backend may answer before all of it was
// sent, and the server would then wait for a client that sends no more.
type clientBody struct {
	io.ReadCloser
	controller *http.ResponseController
	reading    atomic.Bool
	broken     atomic.Bool
}

func (b *clientBody) Read(p []byte) (int, error) {
	b.reading.Store(true)
	n, err := b.ReadCloser.Read(p)
	b.reading.Store(false)
	if err != nil && err != io.EOF {
		b.broken.Store(true)
		err = errors.Join(errClientBody, err)
	}
	return n, err
}

func (b *clientBody) Close() error {
	b.interrupt()
	return b.ReadCloser.Close()
}

// interrupt ends a read that is under way, and after the answer the connection.
func (b *clientBody) interrupt() {
	if b.reading.Load() {
		_ = b.controller.SetReadDeadline(time.Unix(1, 0))
	}
}

// keep reads the body of a request if it is not larger than the limit, so that it can be sent more
// than once, and reports whether that is so.
func keep(r *http.Request, limit int64) (body []byte, kept bool, err error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, true, nil
	}
	if r.ContentLength > limit {
		return nil, false, nil
	}
	body, err = io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		_ = r.Body.Close()
		return nil, false, err
	}
	if int64(len(body)) <= limit {
		return body, true, r.Body.Close()
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	return nil, false, nil
}

// setBody gives a request a body that was kept.
func setBody(r *http.Request, body []byte) {
	r.ContentLength = int64(len(body))
	r.TransferEncoding = nil
	if len(body) == 0 {
		r.Body, r.GetBody = http.NoBody, func() (io.ReadCloser, error) { return http.NoBody, nil }
		return
	}
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody()
}

// answerBody is the body of an answer; ended is called once: with nil after all of it, with the
// error that ended it, or with io.ErrClosedPipe if nobody wanted the rest. After a change of protocol
// one goroutine reads while another one closes: then both return after ended did.
type answerBody struct {
	io.ReadCloser
	ended func(error)
	once  sync.Once
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.end(nil)
	} else if err != nil {
		b.end(err)
	}
	return n, err
}

func (b *answerBody) Close() error {
	err := b.ReadCloser.Close()
	b.end(io.ErrClosedPipe)
	return err
}

func (b *answerBody) end(err error) { b.once.Do(func() { b.ended(err) }) }

// switchedBody is that of a connection that speaks another protocol from now on: it can be written
// to as well.
type switchedBody struct {
	*answerBody
	io.Writer
}

func wrapBody(r *http.Response, ended func(error)) {
	body := &answerBody{ReadCloser: r.Body, ended: ended}
	if writer, ok := r.Body.(io.Writer); ok && r.StatusCode == http.StatusSwitchingProtocols {
		r.Body = switchedBody{body, writer}
		return
	}
	r.Body = body
}
