package kgw

import (
	"context"
	"sync"
)

// news wakes those who wait for changes.
type news struct {
	mu      sync.Mutex
	waiting map[chan struct{}]struct{}
}

func (n *news) subscribe() chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.waiting == nil {
		n.waiting = map[chan struct{}]struct{}{}
	}
	bell := make(chan struct{}, 1)
	bell <- struct{}{} // what is already there is news as well
	n.waiting[bell] = struct{}{}
	return bell
}

func (n *news) unsubscribe(bell chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.waiting, bell)
}

func (n *news) any() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.waiting) != 0
}

func (n *news) ring() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for bell := range n.waiting {
		select {
		case bell <- struct{}{}:
		default: // has not looked since the last time
		}
	}
}

func (e *Engine) tell(generation uint64) {
	if generation != 0 && e.seen.Swap(generation) != generation {
		e.news.ring()
	}
}

func (e *Engine) tellIfChanged() {
	if !e.news.any() {
		return
	}
	if stats, err := e.Stats(); err == nil {
		e.tell(stats.Generation)
	}
}

// Statuses are the objects of a kind with the status that kgw computed for them.
type Statuses struct {
	Generation uint64
	Kind       string
	Objects    []Object
}

// WatchStatuses sends the statuses of a kind ("HTTPRoute"): those of now, and after each change the
// new ones. Who is slow misses some, never the newest. The channel is closed when the context is
// done or the engine closed. Changes of watched files are seen by Poll, so have it started.
func (e *Engine) WatchStatuses(ctx context.Context, kind string) <-chan Statuses {
	out := make(chan Statuses)
	bell := e.news.subscribe()
	go func() {
		defer close(out)
		defer e.news.unsubscribe(bell)
		e.sendStatuses(ctx, kind, bell, out)
	}()
	return out
}

func (e *Engine) sendStatuses(ctx context.Context, kind string, bell <-chan struct{}, out chan<- Statuses) {
	var newest Statuses
	var to chan<- Statuses // nil while there is nothing to send
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.h.done:
			return
		case to <- newest:
			to = nil
		case <-bell:
			statuses, err := e.statuses(kind)
			if err != nil {
				return
			}
			newest, to = statuses, out
		}
	}
}

func (e *Engine) statuses(kind string) (Statuses, error) {
	stats, err := e.Stats() // first: the objects may be newer than it, not older
	if err != nil {
		return Statuses{}, err
	}
	objects, err := e.Objects(kind)
	return Statuses{Generation: stats.Generation, Kind: kind, Objects: objects}, err
}
