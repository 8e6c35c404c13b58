package kgw

import "errors"

// Route decides about one request. Any number of goroutines may call it; the engine lends each a
// reader.
func (e *Engine) Route(request *Request) (*Decision, error) {
	d := new(Decision)
	if err := e.RouteInto(d, request); err != nil {
		return nil, err
	}
	return d, nil
}

// RouteInto is Route into a decision that there is already, which allocates nothing. An error
// leaves a decision that rejects.
func (e *Engine) RouteInto(d *Decision, request *Request) error {
	r, err := e.borrow()
	if err != nil {
		return err
	}
	err = r.RouteInto(d, request)
	e.giveBack(r)
	return err
}

// RouteMany is Reader.RouteMany.
func (e *Engine) RouteMany(decisions []Decision, requests []Request) error {
	r, err := e.borrow()
	if err != nil {
		return err
	}
	err = r.RouteMany(decisions, requests)
	e.giveBack(r)
	return err
}

// Retry is Reader.Retry.
func (e *Engine) Retry(d *Decision, request *Request, outcome Outcome) error {
	r, err := e.borrow()
	if err != nil {
		return err
	}
	err = r.Retry(d, request, outcome)
	e.giveBack(r)
	return err
}

func (e *Engine) borrow() (*Reader, error) {
	if e.h.closed.Load() {
		return nil, ErrClosed
	}
	if r, ok := e.readers.Get().(*Reader); ok {
		return r, nil
	}
	r, err := e.NewReader()
	if e.spare != nil && errors.Is(err, CodeReentrant) {
		return e.spare, nil
	}
	return r, err
}

func (e *Engine) giveBack(r *Reader) {
	if r != e.spare {
		e.readers.Put(r)
	}
}
