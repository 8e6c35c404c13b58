// The classes of a decision. They point into the Decision that they came from and keep it alive.

#include <nanobind/stl/optional.h>

#include <optional>

#include "bind.h"
#include "kgw/json.h"
#include "owned.h"

namespace kgw::python {
namespace {

using namespace nb::literals;

using Forward = Decision::Forward;
using Answer = Decision::Answer;
using Timeouts = Decision::Timeouts;
using Retry = Decision::Retry;
using Transport = Decision::Transport;

struct Tls {
  std::string sni;
  bool verify = false;
};

constexpr auto kInside = nb::rv_policy::reference_internal;

// Keys that do not apply are absent in JSON and None here.
std::optional<Str> Maybe(Str text) { return text.empty() ? std::nullopt : std::optional(text); }
std::optional<int64_t> MaybeSet(int64_t ms) {
  return ms == kUnset ? std::nullopt : std::optional(ms);
}

void BindRoute(nb::module_& m) {
  nb::class_<RouteRef> type(m, "Route", "The rule that decided; its numbers count from 0.");
  type.def_ro("kind", &RouteRef::kind)
      .def_ro("namespace", &RouteRef::namespace_)
      .def_ro("name", &RouteRef::name)
      .def_ro("rule", &RouteRef::rule)
      .def_prop_ro("rule_name", [](const RouteRef& r) { return Maybe(r.rule_name); })
      .def_ro("match", &RouteRef::match);
  BindFields(type, {"kind", "namespace", "name", "rule", "rule_name", "match"});
}

void BindBackend(nb::module_& m) {
  nb::class_<BackendRef> type(m, "Backend", "The backendRef that was chosen.");
  type.def_ro("group", &BackendRef::group)
      .def_ro("kind", &BackendRef::kind)
      .def_ro("namespace", &BackendRef::namespace_)
      .def_ro("name", &BackendRef::name)
      .def_ro("index", &BackendRef::index, "Its place in the rule's backendRefs.")
      .def_prop_ro(
          "port",
          [](const BackendRef& b) { return b.port == 0 ? std::nullopt : std::optional(b.port); })
      .def_prop_ro("function", [](const BackendRef& b) { return Maybe(b.function); });
  BindFields(type, {"group", "kind", "namespace", "name", "index", "port", "function"});
}

void BindEndpoint(nb::module_& m) {
  nb::class_<Endpoint> type(m, "Endpoint", "Where to connect to: an address or a hostname.");
  type.def_prop_ro(
          "address", [](const Endpoint& e) { return Maybe(e.address); }, "An IP literal.")
      .def_prop_ro(
          "hostname", [](const Endpoint& e) { return Maybe(e.hostname); },
          "A DNS name, to be resolved by the caller.")
      .def_ro("port", &Endpoint::port)
      .def_prop_ro(
          "host", [](const Endpoint& e) { return e.address.empty() ? e.hostname : e.address; },
          "The address or else the hostname.")
      .def("__str__", [](const Endpoint& e) {
        const std::string host(e.address.empty() ? e.hostname : e.address);
        const bool brackets = host.find(':') != std::string::npos;
        return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(e.port);
      });
  BindFields(type, {"address", "hostname", "port"});
}

template <typename T>
void BindEdits(nb::class_<T>& type) {
  type.def_prop_ro(
          "remove", [](const T& t) { return t.edits.remove; }, "Names of headers.")
      .def_prop_ro(
          "set", [](const T& t) { return t.edits.set; }, "Replaces all values of a name.")
      .def_prop_ro("add", [](const T& t) { return t.edits.add; }, "One more line each.");
}

void BindMessages(nb::module_& m) {
  nb::class_<Forward> request(
      m, "Forward", "The request to forward. Edit its headers in the order remove, set, add.");
  request.def_ro("method", &Forward::method)
      .def_ro("scheme", &Forward::scheme)
      .def_ro("authority", &Forward::authority)
      .def_ro("path", &Forward::path, "With the query.");
  BindEdits(request);
  BindFields(request, {"method", "scheme", "authority", "path", "remove", "set", "add"});
  nb::class_<Answer> response(
      m, "Response",
      "What to answer or, for a forwarded request, what to change of the backend's answer: edit\n"
      "its headers in the order remove, set, add.");
  response
      .def_prop_ro(
          "status",
          [](const Answer& a) { return a.status == 0 ? std::nullopt : std::optional(a.status); },
          "None is the backend's own.")
      .def_prop_ro("body", [](const Answer& a) { return Maybe(a.body); });
  BindEdits(response);
  BindFields(response, {"status", "body", "remove", "set", "add"});
}

void BindLimits(nb::module_& m) {
  nb::class_<Timeouts> timeouts(m, "Timeouts",
                                "Milliseconds; None where nothing was configured, 0 is no limit.");
  timeouts.def_prop_ro("request", [](const Timeouts& t) { return MaybeSet(t.request); })
      .def_prop_ro(
          "backend_request", [](const Timeouts& t) { return MaybeSet(t.backend_request); },
          "Of each try.");
  BindFields(timeouts, {"request", "backend_request"});
  nb::class_<Retry> retry(m, "Retry", "When to try again: see Engine.retry().");
  retry.def_ro("attempts", &Retry::attempts, "After the first; 0 is never.")
      .def_ro("codes", &Retry::codes, "Statuses that are worth another try.")
      .def_prop_ro(
          "backoff_ms", [](const Retry& r) { return MaybeSet(r.backoff_ms); }, "The least wait.");
  BindFields(retry, {"attempts", "codes", "backoff_ms"});
}

void BindTransport(nb::module_& m) {
  nb::class_<Tls> tls(m, "Tls", "TLS towards the endpoint.");
  tls.def_prop_ro("sni", [](const Tls& t) { return Maybe(t.sni); })
      .def_ro("verify", &Tls::verify, "Whether its certificate is to be verified.");
  BindFields(tls, {"sni", "verify"});
  nb::class_<Transport> transport(m, "Transport", "How to speak to the endpoint.");
  transport
      .def_prop_ro(
          "protocol", [](const Transport& t) { return Maybe(TransportWord(t.protocol)); },
          nb::sig("def protocol(self) -> typing.Literal['http1', 'h2'] | None"))
      .def_prop_ro("tls", [](const Transport& t) {
        return t.tls == 0 ? std::nullopt : std::optional(Tls{std::string(t.sni), t.verify != 0});
      });
  BindFields(transport, {"protocol", "tls"});
}

void BindMirror(nb::module_& m) {
  nb::class_<Ticket>(m, "Ticket",
                     "A request under way, until Engine.done() or Engine.retry() gets it.")
      .def_prop_ro(
          "open", [](const Ticket& t) { return !t.empty(); },
          "False if it is finished, or never stood for anything.")
      .def("__repr__", [](const Ticket& t) {
        return std::string(t.empty() ? "<kgw.Ticket finished>" : "<kgw.Ticket open>");
      });
  nb::class_<Mirror> mirror(m, "Mirror", "A copy to send; its answer is thrown away.");
  mirror.def_ro("backend", &Mirror::backend)
      .def_ro("endpoint", &Mirror::endpoint)
      .def_prop_ro("authority", [](const Mirror& x) { return Maybe(x.authority); })
      .def_prop_ro(
          "ticket", [](Mirror& x) { return &x.ticket; }, kInside,
          nb::sig("def ticket(self) -> Ticket"));
  BindFields(mirror, {"backend", "endpoint", "authority"});
}

nb::object MirrorsOf(nb::handle self) {
  nb::list mirrors;
  for (const Mirror& mirror : nb::cast<OwnedDecision&>(self).get().mirrors) {
    mirrors.append(nb::cast(&mirror, kInside, self));
  }
  return nb::tuple(mirrors);
}

template <typename T>
T* PointerIf(bool there, const T& value) {
  return there ? const_cast<T*>(&value) : nullptr;
}

// `distribution`: (backend, endpoint, count) of each place that the request went to.
std::string Json(const OwnedDecision& decision, nb::handle distribution) {
  std::vector<DistributionEntry> entries;
  for (const nb::handle item : nb::iter(distribution)) {
    const nb::object tuple = nb::steal(PySequence_Tuple(item.ptr()));
    if (!tuple.is_valid() || nb::len(tuple) != 3) {
      PyErr_Clear();
      RaiseType("distribution", "(backend, endpoint, count)", item);
    }
    entries.push_back({Copy(tuple[0], "backend"), Copy(tuple[1], "endpoint"),
                       ReadNumber("count", tuple[2], INT64_MAX)});
  }
  return DecisionJson(decision.get(), entries);
}

void BindTheDecision(nb::module_& m) {
  using D = OwnedDecision;
  nb::class_<D>(m, "Decision",
                "Where a request goes, and how: the keys of `kgw route -o json` as attributes.\n\n"
                "Never changes and stays valid. What does not apply is None, or has nothing in it.")
      .def_prop_ro(
          "verdict", [](const D& d) { return Str(VerdictWord(d.get().verdict)); },
          nb::sig("def verdict(self) -> typing.Literal['forward', 'redirect', 'respond', "
                  "'no_route', 'error', 'reject']"),
          "forward: send `request` to `endpoint`. redirect, respond, no_route, error: answer\n"
          "`response` (404 for no_route). reject: close the connection.")
      .def_prop_ro(
          "gateway", [](const D& d) { return Maybe(d.get().gateway); }, "namespace/name")
      .def_prop_ro("listener", [](const D& d) { return Maybe(d.get().listener); })
      .def_prop_ro(
          "route", [](const D& d) { return PointerIf(!d.get().route.kind.empty(), d.get().route); },
          kInside, nb::sig("def route(self) -> Route | None"))
      .def_prop_ro(
          "backend",
          [](const D& d) { return PointerIf(!d.get().backend.kind.empty(), d.get().backend); },
          kInside, nb::sig("def backend(self) -> Backend | None"))
      .def_prop_ro(
          "cluster", [](const D& d) { return Maybe(d.get().cluster); },
          "A name for the backend's pool of connections.")
      .def_prop_ro(
          "endpoint",
          [](const D& d) { return PointerIf(d.get().endpoint.port != 0, d.get().endpoint); },
          kInside, nb::sig("def endpoint(self) -> Endpoint | None"))
      .def_prop_ro(
          "request", [](const D& d) { return PointerIf(true, d.get().request); }, kInside,
          nb::sig("def request(self) -> Forward"), "Empty texts unless it is forwarded.")
      .def_prop_ro(
          "response", [](const D& d) { return PointerIf(true, d.get().response); }, kInside,
          nb::sig("def response(self) -> Response"))
      .def_prop_ro("mirrors", &MirrorsOf, nb::sig("def mirrors(self) -> tuple[Mirror, ...]"))
      .def_prop_ro(
          "timeouts_ms", [](const D& d) { return PointerIf(true, d.get().timeouts); }, kInside,
          nb::sig("def timeouts_ms(self) -> Timeouts"))
      .def_prop_ro(
          "retry", [](const D& d) { return PointerIf(true, d.get().retry); }, kInside,
          nb::sig("def retry(self) -> Retry"))
      .def_prop_ro(
          "transport", [](const D& d) { return PointerIf(true, d.get().transport); }, kInside,
          nb::sig("def transport(self) -> Transport"))
      .def_prop_ro("reason", [](const D& d) { return Maybe(d.get().reason); })
      .def_prop_ro(
          "generation", [](const D& d) { return d.get().generation; },
          "Of the snapshot that decided.")
      .def_prop_ro(
          "ticket", [](D& d) { return d.ticket(); }, kInside, nb::sig("def ticket(self) -> Ticket"),
          "For Engine.done(). If the decision goes without, that counts as aborted.")
      .def("json", &Json, "distribution"_a = nb::tuple(),
           nb::sig("def json(self, distribution: collections.abc.Iterable[tuple[str, str, int]] = "
                   "()) -> str"),
           "The line that `kgw route -o json` prints, byte for byte. `distribution`: the backend,\n"
           "endpoint and count of each place that the request went to, as `--times` has them.")
      .def("__repr__", [](const D& d) { return "<kgw.Decision " + DecisionJson(d.get()) + ">"; });
}

}  // namespace

void BindDecision(nb::module_& m) {
  BindRoute(m);
  BindBackend(m);
  BindEndpoint(m);
  BindMessages(m);
  BindLimits(m);
  BindTransport(m);
  BindMirror(m);
  BindTheDecision(m);
}

}  // namespace kgw::python
