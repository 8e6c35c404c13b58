// The C++ API for overhead.rs, which loads this and lets it take turns with the crate: the engine,
// a reader, and a loop around Route().
#include <kgw/engine.h>

#include <memory>
#include <string_view>
#include <vector>

namespace {

struct Way {
  kgw::Engine engine;
  std::unique_ptr<kgw::Reader> reader;
  std::vector<kgw::Request> requests;
  kgw::Decision decision;
};

struct Text {
  const char* data;
  size_t size;
  std::string_view view() const { return {data, size}; }
};

}  // namespace

extern "C" {

// A way with this configuration, or null.
Way* cxx_new(Text config) {
  auto way = std::make_unique<Way>();
  if (way->engine.Apply("bench.yaml", config.view()).HasErrors()) return nullptr;
  way->reader = way->engine.NewReader();
  return way.release();
}

// One more request, whose texts stay where they are; `headers` are names and values in turn.
void cxx_add(Way* way, Text authority, Text path, const Text* headers, size_t header_count) {
  kgw::Request request;
  request.authority = authority.view();
  request.path = path.view();
  request.headers = {reinterpret_cast<const kgw::Header*>(headers), header_count};
  way->requests.push_back(request);
}

// Routes `count` requests, again and again the first `mask` + 1 of them, and finishes each if
// `done`. Returns the sum of the endpoints' ports, so that nothing is left out.
uint64_t cxx_run(Way* way, size_t count, size_t mask, int done) {
  uint64_t sum = 0;
  kgw::Outcome outcome;
  outcome.status = 200;
  for (size_t i = 0; i < count; ++i) {
    way->reader->Route(way->requests[i & mask], &way->decision);
    sum += way->decision.endpoint.port;
    if (done != 0) way->engine.Done(&way->decision.ticket, outcome);
  }
  return sum;
}

}  // extern "C"
