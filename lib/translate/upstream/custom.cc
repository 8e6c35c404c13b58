#include "translate/upstream/custom.h"

#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/owned_mutex.h"
#include "base/strings.h"
#include "config/text.h"
#include "http/hostname.h"
#include "translate/context.h"
#include "translate/upstream/hosts.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using config::Excerpt;

// One step of a JSON pointer as a step of a field path.
std::string StepOf(std::string_view token) {
  std::string name;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    if (escape && token[i + 1] == '0') {
      name += '~', ++i;
    } else if (escape && token[i + 1] == '1') {
      name += '/', ++i;
    } else {
      name += token[i];
    }
  }
  name = Excerpt(name, 80);
  const bool bracket = name.find_first_not_of("0123456789") == std::string::npos ||
                       name.find_first_of(".[]") != std::string::npos;
  return bracket ? Cat("[", name, "]") : Cat(".", name);
}

// "/hosts/0/port" under "spec.mine" is "spec.mine.hosts[0].port".
std::string PathOf(std::string_view root, std::string_view pointer) {
  std::string out(root);
  while (!pointer.empty() && pointer.front() == '/') {
    pointer.remove_prefix(1);
    const size_t end = std::min(pointer.find('/'), pointer.size());
    out += StepOf(pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return out;
}

struct Finding {
  Severity severity;
  std::string path;
  std::string code;
  std::string message;
};

class Findings final : public UpstreamReporter {
 public:
  explicit Findings(std::string root) : root_(std::move(root)) {}

  void Report(std::string_view json_pointer, Severity severity, std::string_view text) override {
    all_.push_back({severity, PathOf(root_, json_pointer), "UpstreamTypeFinding",
                    text.empty() ? std::string("no reason is given") : Excerpt(text, 500)});
  }
  void Add(Severity severity, std::string_view code, std::string message) {
    all_.push_back({severity, root_, std::string(code), std::move(message)});
  }

  const std::vector<Finding>& all() const { return all_; }
  bool failed() const {
    for (const Finding& finding : all_) {
      if (finding.severity != Severity::kWarning) return true;
    }
    return false;
  }

 private:
  const std::string root_;
  std::vector<Finding> all_;
};

// What is wrong with an endpoint, or nothing.
std::string ProblemOf(const UpstreamEndpoint& endpoint) {
  const auto& [address, hostname, port, weight, tls, sni, verify] = endpoint;
  if (address.empty() && hostname.empty()) return "it has neither an address nor a hostname";
  if (!address.empty() && !hostname.empty()) return "it has both an address and a hostname";
  if (!address.empty() && (!http::IsIpLiteral(address) || address.front() == '[')) {
    return Cat("\"", Excerpt(address), "\" is not an IP address");
  }
  if (!hostname.empty() && (!IsHostname(hostname) || http::IsIpLiteral(hostname))) {
    return Cat("\"", Excerpt(hostname), "\" is not a hostname");
  }
  if (port == 0) return "its port is 0";
  if (weight == 0) return "its weight is 0, expected at least 1";
  if (tls && !sni.empty() && !IsHostname(sni)) {
    return Cat("its SNI \"", Excerpt(sni), "\" is not a hostname");
  }
  return {};
}

struct Answer {
  bool exists = false;
  std::vector<model::Endpoint> endpoints;
};

// What is kept with an object: Resource::note.
struct Memory {
  Answer last;        // the last one without an error
  bool fresh = true;  // not yet used by a translation
};

class CustomPlugin : public Plugin {
 public:
  CustomPlugin(std::string field, std::shared_ptr<UpstreamType> type)
      : field_(std::move(field)), path_(Cat("spec.", field_)), type_(std::move(type)) {}

  std::string_view type() const override { return field_; }
  bool is_extra() const override { return true; }
  void Validate(const config::Resource& object, config::Checker* checker) const override;
  bool Translate(const Context& context, const config::Resource& object,
                 model::Upstream* out) const override;

 private:
  void AskAgain(const Context& context, const config::Resource& object, Memory* memory) const;
  Answer Ask(const config::Resource& object, Findings* findings) const;
  bool Call(const config::Resource& object, Findings* findings,
            std::vector<UpstreamEndpoint>* endpoints) const;

  const std::string field_;
  const std::string path_;
  const std::shared_ptr<UpstreamType> type_;
  mutable base::OwnedMutex mutex_;  // of the type and of all Memory
};

bool CustomPlugin::Call(const config::Resource& object, Findings* findings,
                        std::vector<UpstreamEndpoint>* endpoints) const {
  const auto failed = [&](std::string_view what) {
    findings->Add(Severity::kError, "UpstreamTypeFailed",
                  Cat("the Upstream type ", field_, " failed: ", Excerpt(what, 500)));
    return false;
  };
  try {
    return type_->Resolve({object.key.namespace_, object.key.name, object.extra.at(path_)},
                          findings, endpoints);
  } catch (const std::exception& e) {
    return failed(e.what());
  } catch (...) {
    return failed("it threw what is no std::exception");
  }
}

Answer CustomPlugin::Ask(const config::Resource& object, Findings* findings) const {
  std::vector<UpstreamEndpoint> endpoints;
  Answer out;
  out.exists = Call(object, findings, &endpoints);
  if (!out.exists) {
    if (findings->all().empty()) {
      findings->Add(Severity::kWarning, "BackendNotFound",
                    Cat("the Upstream type ", field_, " says that there is no such thing"));
    }
    return out;
  }
  for (UpstreamEndpoint& endpoint : endpoints) {
    const std::string problem = ProblemOf(endpoint);
    if (!problem.empty()) {
      findings->Add(Severity::kError, "InvalidEndpoint",
                    Cat("endpoint ", std::to_string(out.endpoints.size()), " of the Upstream type ",
                        field_, " is invalid: ", problem));
      return out;
    }
    model::Endpoint& made = out.endpoints.emplace_back();
    made.address = std::move(endpoint.address);
    made.hostname = std::move(endpoint.hostname);
    made.port = endpoint.port;
    made.weight = endpoint.weight;
    if (endpoint.tls) made.tls = model::Tls{std::move(endpoint.sni), endpoint.verify};
  }
  return out;
}

void CustomPlugin::Validate(const config::Resource& object, config::Checker* checker) const {
  const std::lock_guard lock(mutex_);
  Findings findings(path_);
  auto memory = std::make_shared<Memory>();
  memory->last = Ask(object, &findings);
  for (const Finding& finding : findings.all()) {
    if (finding.severity == Severity::kWarning) {
      checker->Warn(finding.path, finding.code, finding.message);
    } else {
      checker->Reject(finding.path, finding.code, finding.message);
    }
  }
  checker->Keep(std::move(memory));
}

void CustomPlugin::AskAgain(const Context& context, const config::Resource& object,
                            Memory* memory) const {
  Findings findings(path_);
  Answer answer = Ask(object, &findings);
  if (!findings.failed()) memory->last = std::move(answer);
  for (const Finding& finding : findings.all()) {
    Diagnostic& d = context.Warn(object, finding.path, finding.code, finding.message);
    d.severity = finding.severity;
    if (d.severity != Severity::kWarning) d.message += "; what the type said last stays in effect";
  }
}

bool CustomPlugin::Translate(const Context& context, const config::Resource& object,
                             model::Upstream* out) const {
  const std::lock_guard lock(mutex_);
  Memory& memory = *static_cast<Memory*>(object.note.get());
  if (context.input->ask_types) {
    if (!memory.fresh) AskAgain(context, object, &memory);
    memory.fresh = false;
  }
  const auto& spec = object.As<schema::gloo::Upstream>().spec();
  out->endpoints = memory.last.endpoints;
  for (model::Endpoint& endpoint : out->endpoints) {
    if (spec.has_sslconfig() && !endpoint.tls) {
      endpoint.tls = model::Tls{spec.sslconfig().sni(), false};
    }
  }
  return memory.last.exists;
}

bool IsLowerCamelCase(std::string_view text) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
  for (const char c : text) {
    const char lower = base::LowerChar(c);
    if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9')) return false;
  }
  return true;
}

// Why a type cannot have this field, or nothing.
std::string ProblemOfField(std::string_view field, const Plugins& plugins) {
  if (field.empty()) return "a type needs a field";
  if (!IsLowerCamelCase(field)) {
    return "a field is written in lowerCamelCase: letters and digits, the first a small letter";
  }
  if (const Plugin* taken = plugins.Find(field); taken != nullptr && !taken->yields()) {
    return taken->is_extra() ? "another type has it" : "that is a built-in type";
  }
  const config::FieldInfo* spec = KindOf<schema::gloo::Upstream>().message->Find("spec");
  const config::FieldInfo* known = spec->message->Find(field);
  if (known != nullptr && !known->variant) return "that is a field of all Upstreams";
  return {};
}

}  // namespace

Plugins MakePlugins(const std::vector<std::shared_ptr<UpstreamType>>& types) {
  Plugins out = Plugins::Builtin();
  for (size_t i = 0; i < types.size(); ++i) {
    const std::string where = Cat("Options::upstream_types[", std::to_string(i), "]");
    if (types[i] == nullptr) throw std::invalid_argument(Cat(where, " is null"));
    std::string field(types[i]->field());
    const std::string problem = ProblemOfField(field, out);
    if (!problem.empty()) {
      throw std::invalid_argument(
          Cat(where, " cannot have the field \"", Excerpt(field), "\": ", problem));
    }
    out.Add(std::make_unique<CustomPlugin>(std::move(field), types[i]));
  }
  return out;
}

}  // namespace kgw::translate::upstream
