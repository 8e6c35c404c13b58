package kgw_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kgw.dev/kgw"
)

const mistaken = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: albums}
spec:
  parentRefs: [{name: edge}]
  rules: [{matches: [{path: {type: PathPrefx, value: /}}]}]
`

func TestWhatIsWrongIsAFindingWithItsPlace(t *testing.T) {
	engine := engineOf(t, nil, served)
	report, err := engine.Apply(kgw.Source{Name: "more.yaml", Bytes: []byte(mistaken)})
	if err != nil {
		t.Fatal(err)
	}
	check(t, "generation", report.Generation, 2)
	check(t, "findings", len(report.Diagnostics), 1)
	d := report.Diagnostics[0]
	check(t, "severity", d.Severity, kgw.SeverityError)
	check(t, "place", d.File+" "+d.Kind+" "+d.Namespace+" "+d.Name, "more.yaml HTTPRoute default albums")
	check(t, "line", d.Line, 7)
	check(t, "field", d.Field, "spec.rules[0].matches[0].path.type")
	check(t, "code", d.Code, "UnknownValue")
	check(t, "suggestion", d.Suggestion, "PathPrefix")
	check(t, "line for people", strings.HasPrefix(d.String(), "more.yaml:7:36: error: HTTPRoute default/albums "), true)
	var asError *kgw.Error
	if err := report.Err(); !errors.As(err, &asError) || !errors.Is(err, kgw.CodeConfig) {
		t.Errorf("got %v", err)
	}
	check(t, "what was good goes on", decide(t, engine, "shop.example", "/").Cluster(), "shop_default")
}

func TestAFindingPrintsAsTheProgramPrintsIt(t *testing.T) {
	d := kgw.Diagnostic{Severity: kgw.SeverityError, File: "a.yaml", Line: 3, Column: 9, Message: "wrong", Code: "C"}
	check(t, "of no object", d.String(), "a.yaml:3:9: error: wrong [C]")
	d.Kind = "Gateway"
	check(t, "without a name", d.String(), "a.yaml:3:9: error: Gateway: wrong [C]")
	d.Name, d.Namespace, d.Field, d.Suggestion = "edge", "default", "spec", "right"
	check(t, "all of it", d.String(),
		`a.yaml:3:9: error: Gateway default/edge spec: wrong (did you mean "right"?) [C]`)
	d.Message = "wrong: did you mean right?"
	check(t, "said already", d.String(), "a.yaml:3:9: error: Gateway default/edge spec: wrong: did you mean right? [C]")
}

func TestNothingThatCanBeReadIsAnError(t *testing.T) {
	engine := engineOf(t, nil, served)
	_, err := engine.Load(filepath.Join(t.TempDir(), "missing.yaml"))
	var asError *kgw.Error
	if !errors.As(err, &asError) {
		t.Fatalf("got %v", err)
	}
	check(t, "code", asError.Code, kgw.CodeConfig)
	check(t, "findings", len(asError.Diagnostics) > 0, true)
	check(t, "in words", strings.Contains(err.Error(), "missing.yaml"), true)
	report, err := engine.Apply(kgw.Source{Name: "a.yaml", Bytes: []byte("a: [")})
	check(t, "no YAML", err == nil && report.Err() != nil, true)
	_, err = engine.Apply(kgw.Source{Name: "a", Format: 99})
	check(t, "no format", errors.Is(err, kgw.CodeInvalid), true)
}

func TestOpenIsStrict(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "routes.yaml"), served)
	engine, err := kgw.Open(nil, folder)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "cluster", decide(t, engine, "shop.example", "/").Cluster(), "shop_default")
	engine.Close()
	write(t, filepath.Join(folder, "more.yaml"), mistaken)
	_, err = kgw.Open(nil, folder)
	check(t, "code", errors.Is(err, kgw.CodeConfig), true)
	check(t, "in words", strings.Contains(err.Error(), "did you mean"), true)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestASourceIsReplacedAsAWhole(t *testing.T) {
	engine := engineOf(t, nil, served)
	report, err := engine.Apply(kgw.Source{Name: "routes.yaml"}, source2(t))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "objects", report.Objects, 1)
	check(t, "verdict", decide(t, engine, "shop.example", "/").Verdict(), kgw.Reject)
}

func source2(t *testing.T) kgw.Source {
	text, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]string{"name": "a"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return kgw.Source{Name: "namespace", Bytes: text, Format: kgw.FormatJSON}
}

func TestOptionsAreThoseOfTheProgram(t *testing.T) {
	_, err := kgw.New(&kgw.Options{Set: map[string]string{"path_normalisation": "off"}})
	check(t, "unknown", errors.Is(err, kgw.CodeOption), true)
	_, err = kgw.New(&kgw.Options{Set: map[string]string{"path_normalization": "perhaps"}})
	check(t, "value", errors.Is(err, kgw.CodeOption), true)
	engine := engineOf(t, &kgw.Options{Set: map[string]string{"path_normalization": "off", "seed": "1"}}, served)
	check(t, "not normalised", decide(t, engine, "shop.example", "/x/../old").Verdict(), kgw.Forward)
	_, changed := decide(t, engine, "shop.example", "/x/../old").Path()
	check(t, "so not rewritten", changed, false)
}

func TestTheSameSeedGivesTheSameDecisions(t *testing.T) {
	endpoints := func() string {
		engine := engineOf(t, &kgw.Options{Set: map[string]string{"seed": "7", "host_fallthrough": "on"}}, served)
		reader, err := engine.NewReader()
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for range 20 {
			d, err := reader.Route(&kgw.Request{Authority: "two.example"})
			if err != nil {
				t.Fatal(err)
			}
			out += d.Endpoint().Host() + " "
		}
		return out
	}
	check(t, "endpoints", endpoints(), endpoints())
}

func TestTablesAndExplanations(t *testing.T) {
	engine := engineOf(t, nil, served)
	routes, err := engine.Routes()
	check(t, "routes", err == nil && json.Valid(routes) && strings.Contains(string(routes), "/old"), true)
	request := kgw.Request{Authority: "shop.example", Path: "/other", Headers: []kgw.Header{{Name: "a", Value: "b"}}}
	text, err := engine.Explain(&request)
	check(t, "text", err == nil && strings.Contains(text, "HTTPRoute default/shop"), true)
	asJSON, err := engine.ExplainJSON(&request)
	check(t, "JSON", err == nil && json.Valid(asJSON), true)
	stats, err := engine.Stats()
	check(t, "stats", err == nil && stats.Generation == 1 && stats.Snapshots == 1, true)
	objects, err := engine.Objects("HTTPRoute")
	check(t, "objects", err == nil && len(objects) == 2, true)
	check(t, "name", objects[0].Namespace+"/"+objects[0].Name, "default/shop")
	check(t, "place", objects[0].File == "routes.yaml" && objects[0].Line > 0, true)
	check(t, "status", strings.Contains(string(objects[0].Status()), "Accepted"), true)
	none, err := engine.Objects("Nonsense")
	check(t, "none", err == nil && len(none) == 0, true)
}

func TestIdleReadersHoldNoSnapshot(t *testing.T) {
	engine := engineOf(t, nil, served)
	decide(t, engine, "shop.example", "/old").Done(kgw.Outcome{})
	for range 3 {
		if _, err := engine.Apply(source(served + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := engine.Poll(kgw.Now()); err != nil {
		t.Fatal(err)
	}
	stats, err := engine.Stats()
	check(t, "stats", err == nil && stats.Snapshots == 1 && stats.ReadersBehind == 0, true)
}

func TestTheLibraryHasAVersion(t *testing.T) {
	check(t, "version", strings.Count(kgw.Version(), "."), 2)
}
