// Options, and the two callbacks that stand in them.
#include "capi/handles.h"
#include "capi/layout.h"
#include "capi/structs.h"
#include "kgw/c.h"

namespace kgw::capi {
namespace {

// An Upstream type of the embedder's as the engine sees it.
class ForeignType final : public UpstreamType {
 public:
  ForeignType(const kgw_upstream_type& type, std::string_view field)
      : field_(field), ctx_(type.ctx), resolve_(type.resolve), free_(type.free) {}
  ~ForeignType() override {
    if (free_ != nullptr) free_(ctx_);
  }
  ForeignType(const ForeignType&) = delete;
  ForeignType& operator=(const ForeignType&) = delete;

  std::string_view field() const override { return field_; }

  bool Resolve(const UpstreamObject& object, UpstreamReporter* reporter,
               std::vector<UpstreamEndpoint>* endpoints) override {
    kgw_upstream_answer answer = {reporter, endpoints};
    return resolve_(ctx_, Borrow(object.namespace_), Borrow(object.name), Borrow(object.json),
                    &answer) != 0;
  }

 private:
  const std::string field_;
  void* const ctx_;
  decltype(kgw_upstream_type::resolve) const resolve_;
  decltype(kgw_upstream_type::free) const free_;
};

int32_t Add(const kgw_upstream_endpoint& endpoint, kgw_upstream_answer* answer) {
  const unsigned broken =
      Broken(endpoint.address) | Broken(endpoint.hostname) | Broken(endpoint.sni);
  if (broken != 0 || endpoint.port > UINT16_MAX || endpoint.weight == 0) return KGW_E_INVALID;
  UpstreamEndpoint added;
  added.address = View(endpoint.address, "address");
  added.hostname = View(endpoint.hostname, "hostname");
  added.port = static_cast<uint16_t>(endpoint.port);
  added.weight = endpoint.weight;
  added.tls = endpoint.tls != 0;
  added.sni = View(endpoint.sni, "sni");
  added.verify = endpoint.verify != 0;
  answer->endpoints->push_back(std::move(added));
  return KGW_OK;
}

}  // namespace
}  // namespace kgw::capi

using namespace kgw::capi;  // NOLINT: the functions below are those of kgw/c.h

int32_t kgw_upstream_answer_add(kgw_upstream_answer* answer,
                                const kgw_upstream_endpoint* endpoint) {
  return Hot([&]() -> int32_t {
    const In<kgw_upstream_endpoint> in(endpoint);
    if (answer == nullptr) return KGW_E_INVALID;
    return in.code() != KGW_OK ? in.code() : Add(*in, answer);
  });
}

int32_t kgw_upstream_answer_report(kgw_upstream_answer* answer, kgw_str pointer, int32_t severity,
                                   kgw_str message) {
  return Hot([&]() -> int32_t {
    const bool known = severity == KGW_WARNING || severity == KGW_ERROR;
    const bool broken = (Broken(pointer) | Broken(message)) != 0;
    if (answer == nullptr || !known || broken) return KGW_E_INVALID;
    answer->reporter->Report(View(pointer, "pointer"), static_cast<kgw::Severity>(severity),
                             View(message, "message"));
    return KGW_OK;
  });
}

kgw_options* kgw_options_new(void) {
  try {
    return new kgw_options;
  } catch (...) {
    return nullptr;
  }
}

kgw_error* kgw_options_set(kgw_options* options, kgw_str key, kgw_str value) {
  return Control([&] {
    const std::string problem =
        Given(options, "options").options.Set(View(key, "key"), View(value, "value"));
    if (!problem.empty()) throw Refusal(KGW_E_OPTION, problem);
  });
}

kgw_error* kgw_options_set_log(kgw_options* options, const kgw_log_callback* callback) {
  return Control([&] {
    const In<kgw_log_callback> in(callback);
    RequireSize(in.code(), "callback");
    Given(in->log, "callback->log");
    // It is called by the engine's own thread too, where nobody could catch what it throws.
    Given(options, "options").options.log = [ctx = in->ctx, log = in->log](kgw::LogLevel level,
                                                                           std::string_view text) {
      try {
        log(ctx, static_cast<int32_t>(level), Borrow(text));
      } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody to tell
      }
    };
  });
}

kgw_error* kgw_options_add_upstream_type(kgw_options* options, const kgw_upstream_type* type) {
  return Control([&] {
    const In<kgw_upstream_type> in(type);
    RequireSize(in.code(), "type");
    Given(in->resolve, "type->resolve");
    auto& types = Given(options, "options").options.upstream_types;
    const std::string_view field = View(in->field, "type->field");
    types.reserve(types.size() + 1);  // whoever gets an error still owns ctx
    types.push_back(std::make_shared<ForeignType>(*in, field));
  });
}

void kgw_options_free(kgw_options* options) { delete options; }
