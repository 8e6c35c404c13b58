// The engine, requests, and what an engine calls.

#include <nanobind/stl/optional.h>

#include <chrono>
#include <deque>
#include <limits>

#include "arguments.h"
#include "bind.h"
#include "callbacks.h"
#include "engine_object.h"
#include "kgw/json.h"

namespace kgw::python {
namespace {

using namespace nb::literals;

constexpr const char* kRequestClass =
    "A request to ask about more than once.\n\n"
    "`target` is a path with query, or a whole URL, which brings scheme, authority and port. A "
    "Host\n"
    "header is the authority; `authority` goes before it, and it before the URL. `port` is the\n"
    "listener's: 443 for https, else 80, unless given. `sni` is the host for https unless given.\n"
    "`peer` and `local` are IP addresses, as text or as their 4 or 16 bytes. `peek` asks without\n"
    "consequences: no ticket, no active request. `random` seeds the choices for this request.\n\n"
    ">>> kgw.Request('GET', 'http://shop.example:8080/cart?x=1').path\n"
    "'/cart?x=1'\n";

constexpr const char* kRouteDoc =
    "Where does this request go? Takes what Request() takes, or a Request.\n\n"
    ">>> decision = engine.route('GET', 'http://shop.example:8080/', {'x-version': 'v2'})\n"
    ">>> decision.verdict, decision.backend.name, str(decision.endpoint)\n"
    "('forward', 'shop-v2', '192.0.2.22:8080')\n";

constexpr const char* kRouteManyDoc =
    "The decisions of many requests, by one snapshot: faster than one by one. Each is a Request "
    "or\n"
    "a tuple (method, target), (method, target, headers) or (method, target, headers, options).\n\n"
    ">>> pages = [('GET', 'http://shop.example:8080/'), ('GET', 'http://nobody.example:8080/')]\n"
    ">>> [decision.verdict for decision in engine.route_many(pages)]\n"
    "['forward', 'no_route']\n";

constexpr const char* kRetryDoc =
    "Closes a try that failed and decides about the next one: the same cluster, but not the\n"
    "endpoints that failed already, as long as there are others. Without `request` only endpoint,\n"
    "transport and ticket are filled. Whether to try again is the caller's to say: "
    "decision.retry.\n\n"
    ">>> request = kgw.Request('GET', 'http://petstore.example:8080/api/pets')\n"
    ">>> first = engine.route(request)\n"
    ">>> second = engine.retry(first.ticket, 'connect_failure', request=request)\n"
    ">>> first.endpoint != second.endpoint\n"
    "True\n";

constexpr const char* kDoneDoc =
    "Finishes the ticket of a decision or a mirror. A second time does nothing.\n\n"
    "`result` says how it ended: 'completed' (the endpoint answered; `status` tells what),\n"
    "'connect_failure', 'reset' (the connection broke before the answer was complete), 'timeout' "
    "or\n"
    "'aborted' (our side gave up, which says nothing of the endpoint).\n\n"
    ">>> decision = engine.route('GET', 'http://shop.example:8080/')\n"
    ">>> engine.done(decision.ticket, status=200)\n"
    ">>> decision.ticket.open\n"
    "False\n";

constexpr const char* kExplainDoc =
    "Why a request goes where it goes, and why not elsewhere. For people: translates the\n"
    "configuration again. Takes what route() takes.\n\n"
    ">>> why = engine.explain('GET', 'http://shop.example:8080/')\n"
    ">>> [candidate.failed is None for candidate in why.candidates]\n"
    "[False, True]\n";

#define KGW_OUTCOME \
  "result: typing.Literal['completed', 'connect_failure', 'reset', 'timeout', 'aborted'] = "

// ---------------------------------------------------------------- requests

OwnedRequest MakeRequest(nb::handle method, nb::handle target, nb::handle headers,
                         nb::handle options) {
  Arguments arguments;
  arguments.Read(method, target, headers, options);
  return OwnedRequest(arguments.request());
}

OwnedRequest RequestFromJson(nb::handle line) {
  ParsedRequest parsed;
  const std::string problem = parsed.Parse(Copy(line, "line"));
  if (!problem.empty()) RaiseValue(problem);
  return OwnedRequest(parsed.request());
}

// One of route_many(): its Request, or one that `arguments` gets another element for.
Request ReadItem(nb::handle item, std::deque<Arguments>* arguments) {
  OwnedRequest* made = nullptr;
  if (nb::try_cast(item, made) && made != nullptr) return made->get();
  const bool is_sequence = PyTuple_Check(item.ptr()) || PyList_Check(item.ptr());
  const Py_ssize_t size = is_sequence ? PySequence_Fast_GET_SIZE(item.ptr()) : 0;
  if (size < 2 || size > 4) {
    RaiseType("requests", "kgw.Request or (method, target[, headers[, options]])", item);
  }
  PyObject** parts = PySequence_Fast_ITEMS(item.ptr());
  const nb::handle options = size > 3 ? parts[3] : nullptr;
  if (options.is_valid() && !PyDict_Check(options.ptr())) RaiseType("options", "a dict", options);
  arguments->emplace_back().Read(parts[0], parts[1], size > 2 ? parts[2] : nullptr, options);
  return arguments->back().request();
}

// ---------------------------------------------------------------- outcomes

Result ReadResult(nb::handle word) {
  static constexpr std::pair<std::string_view, Result> kWords[] = {
      {"completed", Result::kCompleted},
      {"connect_failure", Result::kConnectFailure},
      {"reset", Result::kReset},
      {"timeout", Result::kTimeout},
      {"aborted", Result::kAborted}};
  Keepers keepers;
  const std::string_view text = Borrow(word, "result", &keepers);
  for (const auto& [known, result] : kWords) {
    if (text == known) return result;
  }
  throw nb::value_error("result must be completed, connect_failure, reset, timeout or aborted");
}

int64_t SteadyNs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

Outcome MakeOutcome(nb::handle result, uint32_t status, int64_t latency_ns,
                    std::optional<int64_t> now_ns) {
  return {ReadResult(result), status, latency_ns, now_ns ? *now_ns : SteadyNs()};
}

// ---------------------------------------------------------------- control calls

Format ReadFormat(nb::handle word) {
  const std::string text = Copy(word, "format");
  if (text == "auto") return Format::kAuto;
  if (text == "yaml") return Format::kYaml;
  if (text == "json") return Format::kJson;
  throw nb::value_error("format must be auto, yaml or json");
}

Report Apply(EngineObject& self, nb::handle name, nb::handle text, nb::handle format) {
  Keepers keepers;
  const SourceView source = {Borrow(name, "name", &keepers), Borrow(text, "text", &keepers),
                             ReadFormat(format)};
  return self.Change([&](Engine& engine) { return engine.Apply(std::span(&source, 1)); });
}

std::vector<std::string> ReadPaths(nb::handle paths) {
  std::vector<std::string> out;
  for (const nb::handle path : nb::iter(paths)) out.push_back(Copy(path, "path"));
  return out;
}

Report Load(EngineObject& self, nb::handle paths, nb::handle texts) {
  const std::vector<std::string> files = ReadPaths(paths);
  std::vector<Source> more;
  for (const auto& [name, text] : nb::cast<nb::dict>(nb::borrow(texts))) {
    more.push_back({Copy(name, "name"), Copy(text, "text")});
  }
  return self.Change([&](Engine& engine) { return engine.Load(files, more); });
}

Report Watch(EngineObject& self, nb::handle paths) {
  const std::vector<std::string> files = ReadPaths(paths);
  return self.Change([&](Engine& engine) { return engine.Watch(files); });
}

std::optional<int64_t> Poll(EngineObject& self, std::optional<int64_t> now_ns) {
  const int64_t now = now_ns ? *now_ns : SteadyNs();
  const int64_t next = self.Control([now](Engine& engine) { return engine.Poll(now); });
  return next == std::numeric_limits<int64_t>::max() ? std::nullopt : std::optional(next);
}

std::vector<ObjectView> Objects(EngineObject& self, nb::handle kind) {
  const std::string name = Copy(kind, "kind");
  bool known = false;
  for (const KindInfo& info : self.Control([](Engine& e) { return e.Kinds(); })) {
    known = known || info.kind == name;
  }
  if (!known) {
    RaiseValue("no kind \"" + name + "\": see kinds()");
  }
  return self.Control([&name](Engine& engine) { return engine.Objects(name); });
}

Explanation Explain(EngineObject& self, const OwnedRequest& request) {
  return self.Control([&request](Engine& engine) { return engine.Explain(request.get()); });
}

// ---------------------------------------------------------------- garbage collection

int Traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (!nb::inst_ready(self)) return 0;
  return nb::inst_ptr<EngineObject>(self)->callbacks()->Traverse(visit, arg);
}

int Clear(PyObject* self) {
  if (nb::inst_ready(self)) nb::inst_ptr<EngineObject>(self)->callbacks()->Clear();
  return 0;
}

const PyType_Slot kEngineSlots[] = {{Py_tp_traverse, reinterpret_cast<void*>(&Traverse)},
                                    {Py_tp_clear, reinterpret_cast<void*>(&Clear)},
                                    {0, nullptr}};

// ---------------------------------------------------------------- the class

using EngineClass = nb::class_<EngineObject>;

void BindRequests(EngineClass& type) {
  type.def(
      "route",
      [](EngineObject& self, nb::handle method, nb::handle target, nb::handle headers,
         nb::kwargs options) {
        Arguments arguments;
        arguments.Read(method, target, headers, options);
        return self.Route(arguments.request());
      },
      "method"_a, "target"_a, "headers"_a = nb::none(), "options"_a,
      nb::sig("def route(self, " KGW_REQUEST_ARGUMENTS ") -> Decision"), kRouteDoc);
  type.def(
      "route",
      [](EngineObject& self, const OwnedRequest& request) { return self.Route(request.get()); },
      "request"_a, nb::sig("def route(self, request: Request) -> Decision"));
  type.def(
      "route_many",
      [](EngineObject& self, nb::handle requests) {
        const nb::object items = nb::steal(PySequence_List(requests.ptr()));
        if (!items.is_valid()) throw nb::python_error();
        std::deque<Arguments> arguments;
        std::vector<Request> read;
        read.reserve(nb::len(items));
        for (const nb::handle item : nb::borrow<nb::list>(items)) {
          read.push_back(ReadItem(item, &arguments));
        }
        return self.RouteMany(read);
      },
      "requests"_a,
      nb::sig(
          "def route_many(self, requests: collections.abc.Iterable[Request | tuple[str | bytes, "
          "str | bytes] | tuple[str | bytes, str | bytes, " KGW_REQUEST_HEADERS "] | "
          "tuple[str | bytes, str | bytes, " KGW_REQUEST_HEADERS ", dict[str, typing.Any]]]) -> "
          "list[Decision]"),
      kRouteManyDoc);
  type.def(
      "retry",
      [](EngineObject& self, Ticket& ticket, nb::handle result, const OwnedRequest* request,
         uint32_t status, int64_t latency_ns, std::optional<int64_t> now_ns) {
        return self.Retry(request == nullptr ? nullptr : &request->get(), &ticket,
                          MakeOutcome(result, status, latency_ns, now_ns));
      },
      "ticket"_a, "result"_a = "connect_failure", nb::kw_only(), "request"_a = nb::none(),
      "status"_a = 0, "latency_ns"_a = 0, "now_ns"_a = nb::none(),
      nb::sig("def retry(self, ticket: Ticket, " KGW_OUTCOME "'connect_failure', *, request: "
              "Request | None = None, status: int = 0, latency_ns: int = 0, now_ns: int | None = "
              "None) -> Decision"),
      kRetryDoc);
  type.def(
      "done",
      [](EngineObject& self, Ticket& ticket, nb::handle result, uint32_t status, int64_t latency_ns,
         std::optional<int64_t> now_ns) {
        self.Done(&ticket, MakeOutcome(result, status, latency_ns, now_ns));
      },
      "ticket"_a, "result"_a = "completed", nb::kw_only(), "status"_a = 0, "latency_ns"_a = 0,
      "now_ns"_a = nb::none(),
      nb::sig("def done(self, ticket: Ticket, " KGW_OUTCOME "'completed', *, status: int = 0, "
              "latency_ns: int = 0, now_ns: int | None = None) -> None"),
      kDoneDoc);
}

void BindInspection(EngineClass& type) {
  type.def(
      "explain",
      [](EngineObject& self, nb::handle method, nb::handle target, nb::handle headers,
         nb::kwargs options) {
        return Explain(self, MakeRequest(method, target, headers, options));
      },
      "method"_a, "target"_a, "headers"_a = nb::none(), "options"_a,
      nb::sig("def explain(self, " KGW_REQUEST_ARGUMENTS ") -> Explanation"), kExplainDoc);
  type.def("explain", &Explain, "request"_a,
           nb::sig("def explain(self, request: Request) -> Explanation"));
  type.def(
      "routes",
      [](EngineObject& self) {
        return self.Control([](Engine& engine) { return engine.Routes(); });
      },
      "Every match of every listener, in matching order.");
  type.def(
      "endpoints",
      [](EngineObject& self) {
        return self.Control([](Engine& engine) { return engine.Endpoints(); });
      },
      "The endpoints behind Services and Upstreams, with their requests under way.");
  type.def(
      "kinds",
      [](EngineObject& self) {
        return self.Control([](Engine& engine) { return engine.Kinds(); });
      },
      "The kinds of objects that are read.");
  type.def("objects", &Objects, "kind"_a,
           nb::sig("def objects(self, kind: str) -> tuple[Object, ...]"),
           "The objects of a kind (\"HTTPRoute\"), sorted by namespace and name.");
  type.def(
      "stats",
      [](EngineObject& self) {
        return self.Control([](Engine& engine) { return engine.GetStats(); });
      },
      "What the engine holds.");
}

void BindChanges(EngineClass& type) {
  type.def("apply", &Apply, "name"_a, "text"_a, "format"_a = "auto",
           nb::sig("def apply(self, name: str | bytes, text: str | bytes, format: "
                   "typing.Literal['auto', 'yaml', 'json'] = 'auto') -> Report"),
           "Replaces all that the source `name` brought before, and publishes what is valid. An\n"
           "empty text removes it. Errors are in the report, and the last good form serves on.\n\n"
           ">>> engine.apply('extra.yaml', 'kind: Nothing').errors[0].code\n"
           "'MissingField'\n");
  type.def("_load", &Load, "paths"_a, "texts"_a,
           nb::sig("def _load(self, paths: list[str | bytes], texts: dict[str, str | bytes]) -> "
                   "Report"));
  type.def("_watch", &Watch, "paths"_a,
           nb::sig("def _watch(self, paths: list[str | bytes]) -> Report"));
  type.def(
      "refresh",
      [](EngineObject& self) {
        return self.Change([](Engine& engine) { return engine.Refresh(); });
      },
      "Asks the custom Upstream types again, and publishes.");
  type.def_prop_ro("report", &EngineObject::last_report,
                   "Of the newest change, a reload of watched files included.");
  type.def("poll", &Poll, "now_ns"_a = nb::none(),
           nb::sig("def poll(self, now_ns: int | None = None) -> int | None"),
           "Does what is due: follows watched files, frees old snapshots. Returns when to call "
           "again\nat the latest, on time.monotonic_ns(); None: when fileno() is readable.");
  type.def(
      "fileno",
      [](EngineObject& self) { return self.Control([](Engine& engine) { return engine.fd(); }); },
      "Readable when poll() has something to do.");
  type.def("_start",
           [](EngineObject& self) { self.Control([](Engine& engine) { engine.Start(); }); });
  type.def("_stop",
           [](EngineObject& self) { self.Control([](Engine& engine) { engine.Stop(); }); });
  type.def("_close", &EngineObject::Close);
  type.def_prop_ro("closed", &EngineObject::closed);
}

}  // namespace

void BindRequest(nb::module_& m) {
  nb::class_<OwnedRequest> type(m, "Request", kRequestClass);
  type.def(
      "__init__",
      [](OwnedRequest* self, nb::handle method, nb::handle target, nb::handle headers,
         nb::kwargs options) {
        new (self) OwnedRequest(MakeRequest(method, target, headers, options));
      },
      "method"_a, "target"_a, "headers"_a = nb::none(), "options"_a,
      nb::sig("def __init__(self, " KGW_REQUEST_ARGUMENTS ") -> None"));
  type.def_static("from_json", &RequestFromJson, "line"_a,
                  nb::sig("def from_json(line: str | bytes) -> Request"),
                  "Reads a line of `kgw route --requests`. Raises ValueError.");
  type.def_prop_ro("method", [](const OwnedRequest& r) { return r.get().method; })
      .def_prop_ro("scheme", [](const OwnedRequest& r) { return r.get().scheme; })
      .def_prop_ro("authority", [](const OwnedRequest& r) { return r.get().authority; })
      .def_prop_ro(
          "path", [](const OwnedRequest& r) { return r.get().path; }, "With the query.")
      .def_prop_ro("headers", [](const OwnedRequest& r) { return r.get().headers; })
      .def_prop_ro(
          "port", [](const OwnedRequest& r) { return r.get().port; }, "0: 443 for https, else 80.")
      .def_prop_ro("sni", [](const OwnedRequest& r) { return r.get().sni; });
  BindFields(type, {"method", "scheme", "authority", "path", "headers", "port", "sni"});
}

void BindCallbacks(nb::module_& m) {
  using E = UpstreamEndpoint;
  nb::class_<E> endpoint(m, "UpstreamEndpoint",
                         "An endpoint that a custom Upstream type names: has an `address` (an IP "
                         "literal) or a `hostname`.");
  endpoint.def(
      "__init__",
      [](E* self, std::string address, std::string hostname, uint16_t port, uint32_t weight,
         bool tls, std::string sni, bool verify) {
        new (self)
            E{std::move(address), std::move(hostname), port, weight, tls, std::move(sni), verify};
      },
      nb::kw_only(), "address"_a = "", "hostname"_a = "", "port"_a, "weight"_a = 1, "tls"_a = false,
      "sni"_a = "", "verify"_a = false);
  endpoint.def_ro("address", &E::address)
      .def_ro("hostname", &E::hostname)
      .def_ro("port", &E::port)
      .def_ro("weight", &E::weight)
      .def_ro("tls", &E::tls)
      .def_ro("sni", &E::sni)
      .def_ro("verify", &E::verify);
  BindFields(endpoint, {"address", "hostname", "port", "weight", "tls", "sni", "verify"});
  nb::class_<Reporter>(m, "Reporter", "What resolve() may report with.")
      .def("__call__", &Reporter::operator(), "pointer"_a, "message"_a, "severity"_a = "error",
           nb::sig("def __call__(self, pointer: str, message: str, severity: "
                   "typing.Literal['error', 'warning'] = 'error') -> None"),
           "A finding about the object. `pointer` is a JSON pointer seen from the type's field,\n"
           "like \"/hosts/0/port\"; \"\" is all of it.");
}

void BindEngine(nb::module_& m) {
  EngineClass type(m, "Engine", nb::type_slots(kEngineSlots), nb::is_weak_referenceable());
  type.def(nb::init<nb::handle, nb::handle, nb::handle, nb::handle, nb::handle>(), "options"_a,
           "upstream_types"_a, "seed"_a.none(), "log"_a.none(), "on_reload"_a.none(),
           nb::sig("def __init__(self, options: dict[str, str | int], upstream_types: "
                   "collections.abc.Iterable[typing.Any], seed: int | None, log: "
                   "collections.abc.Callable[[str, str], object] | None, on_reload: "
                   "collections.abc.Callable[[Report], object] | None) -> None"));
  BindRequests(type);
  BindInspection(type);
  BindChanges(type);
}

}  // namespace kgw::python
