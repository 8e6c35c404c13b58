package kgwhttp_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kgw.dev/kgw"
	"kgw.dev/kgw/kgwhttp"
)

const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: kgw
  listeners: [{name: http, port: 80, protocol: HTTP}]
`

// upstream has these servers as its endpoints.
func upstream(name string, addresses ...string) string {
	var hosts []string
	for _, address := range addresses {
		host, port, err := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
		if err != nil {
			panic(err)
		}
		hosts = append(hosts, fmt.Sprintf("{addr: %s, port: %s}", host, port))
	}
	return fmt.Sprintf(`---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: %s}
spec: {static: {hosts: [%s]}}
`, name, strings.Join(hosts, ", "))
}

// route sends NAME.example to the Upstream NAME, with more keys of the rule.
func route(name, more string) string {
	return fmt.Sprintf(`---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: %[1]s}
spec:
  parentRefs: [{name: edge}]
  hostnames: [%[1]s.example]
  rules: [{%[2]s backendRefs: [{group: gloo.solo.io, kind: Upstream, name: %[1]s}]}]
`, name, more)
}

func engineOf(t testing.TB, texts ...string) *kgw.Engine {
	t.Helper()
	engine, err := kgw.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	report, err := engine.Apply(kgw.Source{Name: "routes.yaml", Bytes: []byte(gateway + strings.Join(texts, ""))})
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func backend(t testing.TB, handler http.HandlerFunc) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// closedPort is an address that refuses connections.
func closedPort(t testing.TB) string {
	server := httptest.NewServer(nil)
	server.Close()
	return server.URL
}

func proxyOf(t testing.TB, engine *kgw.Engine) string {
	server := httptest.NewServer(kgwhttp.NewProxy(engine, &kgwhttp.Options{Request: onPort80}))
	t.Cleanup(server.Close)
	return server.URL
}

func onPort80(asked *kgw.Request, _ *http.Request) { asked.Port = 80 }

func ask(t testing.TB, server, method, host, path, body string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(method, server+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func check[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

type row struct {
	Endpoint string
	Active   int `json:"active_requests"`
	Finished int `json:"finished_requests"`
	Failed   int `json:"failed_requests"`
}

// counts waits until no request is active at this endpoint, and returns its counters.
func counts(t testing.TB, engine *kgw.Engine, url string) row {
	t.Helper()
	endpoint := strings.TrimPrefix(url, "http://")
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		table, err := engine.Endpoints()
		if err != nil {
			t.Fatal(err)
		}
		var rows []row
		if err := json.Unmarshal(table, &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.Endpoint == endpoint && (row.Active == 0 || time.Now().After(end)) {
				return row
			}
		}
	}
}

func TestTheTargetArrivesByteForByte(t *testing.T) {
	url := backend(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.RequestURI) })
	proxy := proxyOf(t, engineOf(t, upstream("a", url), route("a", "")))
	for _, target := range []string{"/a%2Fb?x=%zz;y", "/a|b\"c", "/?", "//double//slash?q"} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(proxy, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n", target)
		answer, _ := io.ReadAll(connection)
		connection.Close()
		if !strings.HasSuffix(string(answer), "\r\n\r\n"+target) {
			t.Errorf("%s: got %s", target, answer)
		}
	}
}

func TestEachOutcomeIsTold(t *testing.T) {
	good := backend(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "fine") })
	breaking := backend(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	slow := backend(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	half := backend(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	dead := closedPort(t)
	engine := engineOf(t, upstream("good", good), route("good", ""),
		upstream("breaking", breaking), route("breaking", ""),
		upstream("slow", slow), route("slow", "timeouts: {request: 1s, backendRequest: 50ms},"),
		upstream("half", half), route("half", ""), upstream("dead", dead), route("dead", ""))
	proxy := proxyOf(t, engine)
	for _, c := range []struct {
		host   string
		url    string
		status int
		failed int
	}{{"good", good, 200, 0}, {"breaking", breaking, 502, 1}, {"slow", slow, 504, 1}, {"dead", dead, 502, 1}} {
		response, _ := ask(t, proxy, "GET", c.host+".example", "/", "")
		check(t, c.host, response.StatusCode, c.status)
		row := counts(t, engine, c.url)
		check(t, c.host+" active", row.Active, 0)
		check(t, c.host+" finished", row.Finished, 1)
		check(t, c.host+" failed", row.Failed, c.failed)
	}
	request, _ := http.NewRequest("POST", proxy, nil) // which no client repeats by itself
	request.Host = "half.example"
	response, err := http.DefaultClient.Do(request)
	if err == nil {
		_, err = io.ReadAll(response.Body)
	}
	check(t, "half an answer ends", errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF), true)
	check(t, "half failed", counts(t, engine, half).Failed, 1)
}

func TestATryMayFailOver(t *testing.T) {
	var tries atomic.Int32
	good := backend(t, func(w http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Header.Get("X-Set")+r.Header.Get("X-Add")+string(body))
	})
	sick := backend(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	dead := closedPort(t)
	engine := engineOf(t, upstream("a", dead, sick, good), route("a", `retry: {attempts: 2, codes: [503], backoff: 1ms},
    filters: [{type: RequestHeaderModifier,
               requestHeaderModifier: {set: [{name: x-set, value: s}], add: [{name: x-add, value: "1"}]}}],`))
	proxy := proxyOf(t, engine)
	for range 6 {
		response, text := ask(t, proxy, "POST", "a.example", "/", "body")
		check(t, "status", response.StatusCode, 200)
		check(t, "edits are made once for each try", text, "s1body")
	}
	check(t, "tries", tries.Load(), 6)
	check(t, "all of the dead one's failed", counts(t, engine, dead).Finished, counts(t, engine, dead).Failed)
	check(t, "active", counts(t, engine, sick).Active, 0)
}

func TestWhatIsNotForwardedIsAnswered(t *testing.T) {
	engine := engineOf(t, upstream("a", "http://127.0.0.1:1"), route("a", ""))
	handler := kgwhttp.Middleware(engine, &kgwhttp.Options{Request: onPort80})(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			d := kgwhttp.FromContext(r.Context())
			io.WriteString(w, d.Cluster())
			d.Done(kgw.Outcome{Status: 200})
		}))
	server := httptest.NewServer(handler)
	defer server.Close()
	response, _ := ask(t, server.URL, "GET", "nobody.example", "/", "")
	check(t, "no route", response.StatusCode, 404)
	_, text := ask(t, server.URL, "GET", "a.example", "/", "")
	check(t, "any handler finds the decision", text, "a_default")
	check(t, "and finishes it", counts(t, engine, "http://127.0.0.1:1").Finished, 1)
	engine.Close()
	response, _ = ask(t, server.URL, "GET", "a.example", "/", "")
	check(t, "closed", response.StatusCode, 503)
	if kgwhttp.FromContext(t.Context()) != nil {
		t.Error("a decision from nowhere")
	}
}

func TestAnUpgradeGoesThrough(t *testing.T) {
	url := backend(t, func(w http.ResponseWriter, r *http.Request) {
		connection, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		fmt.Fprint(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := buffered.ReadString('\n')
		fmt.Fprint(connection, "echo "+line)
	})
	engine := engineOf(t, upstream("a", url), route("a", ""))
	connection, err := net.Dial("tcp", strings.TrimPrefix(proxyOf(t, engine), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(connection, "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	from := bufio.NewReader(connection)
	answer, err := http.ReadResponse(from, nil)
	check(t, "switched", err == nil && answer.StatusCode == http.StatusSwitchingProtocols, true)
	fmt.Fprint(connection, "hello\n")
	line, _ := from.ReadString('\n')
	check(t, "answer", line, "echo hello\n")
	connection.Close()
	check(t, "active", counts(t, engine, url).Active, 0)
}

func TestTLSAndHTTP2ToTheBackend(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Proto, " ", r.TLS != nil)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	plain := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Proto, " ", r.TLS != nil)
	}))
	plain.Config.Protocols = new(http.Protocols)
	plain.Config.Protocols.SetUnencryptedHTTP2(true)
	plain.Start()
	defer plain.Close()
	over := func(url, more string) string {
		return strings.Replace(upstream("a", strings.Replace(url, "https", "http", 1)), "spec: {", "spec: {"+more+", ", 1)
	}
	for want, text := range map[string]string{
		"HTTP/1.1 true":  over(server.URL, "sslConfig: {sni: a.example}"),
		"HTTP/2.0 true":  over(server.URL, "sslConfig: {sni: a.example}, useHttp2: true"),
		"HTTP/2.0 false": over(plain.URL, "useHttp2: true"),
	} {
		_, got := ask(t, proxyOf(t, engineOf(t, text, route("a", ""))), "GET", "a.example", "/", "")
		check(t, text, got, want)
	}
}

func TestTLSThatFailsIsAFailureToConnect(t *testing.T) {
	plain := backend(t, func(http.ResponseWriter, *http.Request) {})
	text := strings.Replace(upstream("a", plain), "spec: {", "spec: {sslConfig: {sni: a.example}, ", 1)
	engine := engineOf(t, text, route("a", "retry: {attempts: 1},"))
	response, _ := ask(t, proxyOf(t, engine), "POST", "a.example", "/", "body")
	check(t, "status", response.StatusCode, 502)
	row := counts(t, engine, plain)
	check(t, "even a POST is tried again", row.Finished, 2)
	check(t, "failed", row.Failed, 2)
}
