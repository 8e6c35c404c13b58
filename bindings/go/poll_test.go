package kgw_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kgw.dev/kgw"
)

// recorder keeps what is logged.
type recorder struct {
	mu    sync.Mutex
	lines []string
	do    func() // for each line
}

func (r *recorder) Enabled(context.Context, slog.Level) bool { return true }
func (r *recorder) WithAttrs([]slog.Attr) slog.Handler       { return r }
func (r *recorder) WithGroup(string) slog.Handler            { return r }
func (r *recorder) Handle(_ context.Context, record slog.Record) error {
	r.mu.Lock()
	r.lines = append(r.lines, record.Level.String()+" "+record.Message)
	r.mu.Unlock()
	if r.do != nil {
		r.do()
	}
	return nil
}

func (r *recorder) has(words string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, line := range r.lines {
		if strings.Contains(line, words) {
			return true
		}
	}
	return false
}

// watching is an engine that follows a folder with one file, and that file.
func watching(t *testing.T, options *kgw.Options) (*kgw.Engine, string) {
	t.Helper()
	engine, err := kgw.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	folder := t.TempDir()
	file := filepath.Join(folder, "routes.yaml")
	write(t, file, served)
	if _, err := engine.Watch(folder); err != nil {
		t.Fatal(err)
	}
	return engine, file
}

func TestAStartedEngineFollowsItsFiles(t *testing.T) {
	log := &recorder{}
	engine, file := watching(t, &kgw.Options{Logger: slog.New(log)})
	for range 2 { // the second does nothing
		if err := engine.Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		write(t, file, strings.ReplaceAll(served, "two.example", fmt.Sprintf("two%d.example", i)))
		eventually(t, "the change is there", func() bool {
			return decide(t, engine, fmt.Sprintf("two%d.example", i), "/").Verdict() == kgw.Forward
		})
	}
	write(t, file, served+"---"+mistaken)
	eventually(t, "findings are logged", func() bool { return log.has("ERROR "+file+":") && log.has("INFO snapshot ") })
	engine.Stop()
	engine.Stop()
	if err := engine.Start(); err != nil {
		t.Fatal(err)
	}
	write(t, file, served)
	eventually(t, "it goes on", func() bool { return decide(t, engine, "two.example", "/").Verdict() == kgw.Forward })
}

func TestWatchingMayBeginAfterStart(t *testing.T) {
	engine, err := kgw.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if err := engine.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond) // it waits by now
	file := filepath.Join(t.TempDir(), "routes.yaml")
	write(t, file, served)
	if _, err := engine.Watch(file); err != nil {
		t.Fatal(err)
	}
	write(t, file, strings.ReplaceAll(served, "two.example", "three.example"))
	eventually(t, "the change is there", func() bool {
		return decide(t, engine, "three.example", "/").Verdict() == kgw.Forward
	})
}

func TestPollDrivesAnEngineWithoutAGoroutine(t *testing.T) {
	engine, file := watching(t, nil)
	check(t, "descriptor", engine.FD() >= 0, true)
	write(t, file, strings.ReplaceAll(served, "two.example", "three.example"))
	eventually(t, "the change is there", func() bool {
		next, err := engine.Poll(kgw.Now())
		return err == nil && next > 0 && decide(t, engine, "three.example", "/").Verdict() == kgw.Forward
	})
	next, err := engine.Poll(kgw.Now())
	check(t, "then it is idle", err == nil && next == kgw.Never, true)
}

func TestALoggerThatPanicsIsAnError(t *testing.T) {
	log := &recorder{}
	engine, file := watching(t, &kgw.Options{Logger: slog.New(log)})
	boom := errors.New("boom")
	log.do = func() { panic(boom) }
	write(t, file, strings.ReplaceAll(served, "two.example", "three.example"))
	var got error
	eventually(t, "the poll that logs fails", func() bool {
		_, got = engine.Poll(kgw.Now())
		return got != nil
	})
	var panicked *kgw.PanicError
	if !errors.As(got, &panicked) || !errors.Is(got, boom) || len(panicked.Stack) == 0 {
		t.Errorf("got %v", got)
	}
	check(t, "it went on all the same", decide(t, engine, "three.example", "/").Verdict(), kgw.Forward)
	_, err := engine.Poll(kgw.Now())
	check(t, "it is said once", err, nil)
}

func TestALoggerThatPanicsHoldsNoStatusesUp(t *testing.T) {
	log := &recorder{}
	engine, file := watching(t, &kgw.Options{Logger: slog.New(log)})
	log.do = func() { panic("boom") }
	news := engine.WatchStatuses(t.Context(), "HTTPRoute")
	first := <-news
	write(t, file, strings.ReplaceAll(served, "two.example", "three.example"))
	eventually(t, "the poll that logs fails", func() bool { _, err := engine.Poll(kgw.Now()); return err != nil })
	select {
	case next, open := <-news:
		check(t, "open", open, true)
		check(t, "newer", next.Generation > first.Generation, true)
	case <-time.After(10 * time.Second):
		t.Fatal("no statuses")
	}
}

func TestALoggerMayCallTheEngineAndCloseIt(t *testing.T) {
	log := &recorder{}
	engine, file := watching(t, &kgw.Options{Logger: slog.New(log)})
	log.do = func() {
		if _, err := engine.Stats(); err != nil && !errors.Is(err, kgw.ErrClosed) {
			t.Error(err)
		}
		engine.Close()
	}
	if err := engine.Start(); err != nil {
		t.Fatal(err)
	}
	write(t, file, strings.ReplaceAll(served, "two.example", "three.example"))
	eventually(t, "it is closed", func() bool {
		_, err := engine.Stats()
		return errors.Is(err, kgw.ErrClosed)
	})
}

func TestStatusesAreWatched(t *testing.T) {
	engine, file := watching(t, nil)
	if err := engine.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	news := engine.WatchStatuses(ctx, "HTTPRoute")
	next := func(wanted int) kgw.Statuses {
		t.Helper()
		timeout := time.After(10 * time.Second)
		for {
			select {
			case statuses := <-news:
				if len(statuses.Objects) == wanted {
					return statuses
				}
			case <-timeout:
				t.Fatalf("no statuses of %d objects", wanted)
			}
		}
	}
	first := next(2)
	check(t, "kind", first.Kind, "HTTPRoute")
	check(t, "status", strings.Contains(string(first.Objects[0].Status()), `"Accepted"`), true)
	more := strings.ReplaceAll(served[strings.LastIndex(served, "---"):], "{name: two}", "{name: more}")
	write(t, file, served+more)
	check(t, "newer", next(3).Generation > first.Generation, true)
	other := strings.ReplaceAll(more, "{name: more}", "{name: other}")
	if _, err := engine.Apply(kgw.Source{Name: "a.yaml", Bytes: []byte(other)}); err != nil {
		t.Fatal(err)
	}
	next(4)
	cancel()
	eventually(t, "the channel is closed", func() bool { _, open := <-news; return !open })
	others := engine.WatchStatuses(context.Background(), "Gateway")
	engine.Close()
	eventually(t, "Close closes channels", func() bool { _, open := <-others; return !open })
}
