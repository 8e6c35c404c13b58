// Kgw-proxy is a reverse proxy on net/http that forwards by kgw's decisions.
//
//	kgw-proxy --listen [ADDRESS:]PORT[=LISTENERPORT]... --config FILE|DIR... [--set KEY=VALUE]...
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"kgw.dev/kgw"
	"kgw.dev/kgw/kgwhttp"
)

func main() {
	settings, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "kgw-proxy:", err)
		os.Exit(2)
	}
	if err := run(settings); err != nil {
		slog.Error("the proxy ends", "error", err)
		os.Exit(1)
	}
}

func run(s *settings) error {
	engine, err := kgw.New(&kgw.Options{Set: s.set, Logger: slog.Default()})
	if err != nil {
		return err
	}
	defer engine.Close()
	report, err := engine.Watch(s.config...)
	if err != nil {
		return err
	}
	tell(report)
	if err := engine.Start(); err != nil { // follows the files from now on
		return err
	}
	servers, err := listen(s.listen, handlerFor(engine))
	if err != nil {
		return err
	}
	return servers.serveUntilStopped(engine, s.config)
}

// tell logs what was wrong with the configuration. The engine logs later reloads by itself.
func tell(report *kgw.Report) {
	for _, d := range report.Diagnostics {
		slog.Warn(d.String())
	}
	slog.Info("serving", "generation", report.Generation, "objects", report.Objects)
}

// handlerFor is the proxy behind one port: the listener that it stands for is what kgw is asked
// about.
func handlerFor(engine *kgw.Engine) func(listenerPort uint16) http.Handler {
	transport := &kgwhttp.Transport{} // its connections serve all ports
	return func(port uint16) http.Handler {
		proxy := kgwhttp.NewProxy(engine, &kgwhttp.Options{
			Request:   func(asked *kgw.Request, _ *http.Request) { asked.Port = port },
			ErrorLog:  slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
			Transport: transport,
		})
		return finalOnly(proxy)
	}
}

// serveUntilStopped obeys signals: SIGHUP reads the files at once, SIGUSR1 prints statistics,
// SIGTERM and SIGINT finish what is under way; a second one does not wait.
func (servers servers) serveUntilStopped(engine *kgw.Engine, config []string) error {
	failed := servers.serve()
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGTERM, os.Interrupt)
	for {
		select {
		case err := <-failed:
			return err
		case got := <-signals:
			switch got {
			case syscall.SIGHUP:
				reload(engine, config)
			case syscall.SIGUSR1:
				printStats(engine)
			default:
				return servers.stop(signals)
			}
		}
	}
}

func reload(engine *kgw.Engine, config []string) {
	report, err := engine.Load(config...)
	if err != nil {
		slog.Error("reading the files", "error", err)
		return
	}
	tell(report)
}

func printStats(engine *kgw.Engine) {
	stats, err := engine.Stats()
	if err != nil {
		slog.Error("statistics", "error", err)
		return
	}
	fmt.Fprintf(os.Stderr, "stats {\"generation\":%d,\"snapshots\":%d,\"readers_behind\":%d}\n",
		stats.Generation, stats.Snapshots, stats.ReadersBehind)
}

func (servers servers) stop(signals <-chan os.Signal) error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-signals // the second one
		cancel()
	}()
	err := servers.shutdown(ctx)
	if errors.Is(err, context.Canceled) {
		log.Print("not waiting for requests under way")
		return nil
	}
	return err
}
