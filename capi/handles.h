// capi/handles.h - what the opaque handles of kgw/c.h are, and how their calls fail.
//
// Nothing here decides anything: a handle holds objects of the C++ API.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/c.h"
#include "kgw/engine.h"

struct kgw_text {
  std::string text;
};

struct kgw_report {
  kgw::Report report;
  size_t errors = 0;
};

// One that owns its texts is a capi::OwnedError; the one for "no memory" is static.
struct kgw_error {
  int32_t code;
  kgw_str message;
  const std::vector<kgw::Diagnostic>* diagnostics;  // may be null
};

struct kgw_options {
  kgw::Options options;
};

struct kgw_engine {
  kgw::Engine engine;
};

struct kgw_objects {
  std::vector<kgw::ObjectView> objects;
};

struct kgw_reader {
  std::unique_ptr<kgw::Reader> reader;
  // For kgw_reader_route_many, whose structs do not lie side by side as C++ wants them.
  std::vector<kgw::Request> requests;
  std::vector<kgw::Decision> decisions;
};

struct kgw_pin {
  std::unique_ptr<kgw::Pin> pin;
};

struct kgw_upstream_answer {
  kgw::UpstreamReporter* reporter;
  std::vector<kgw::UpstreamEndpoint>* endpoints;
};

namespace kgw::capi {

// Thrown by the bodies of control calls, for what the C++ API has no words for.
class Refusal : public std::runtime_error {
 public:
  Refusal(int32_t what_kind, const std::string& message)
      : std::runtime_error(message), code(what_kind) {}
  Refusal(int32_t what_kind, const std::string& message, std::vector<Diagnostic> found)
      : Refusal(what_kind, message) {
    diagnostics = std::make_shared<std::vector<Diagnostic>>(std::move(found));
  }
  const int32_t code;
  std::shared_ptr<std::vector<Diagnostic>> diagnostics;  // exceptions must be cheap to copy
};

// Of the exception that is being handled.
int32_t CodeOfException() noexcept;
kgw_error* ErrorOfException() noexcept;

// Runs the body of a control call.
template <typename Body>
kgw_error* Control(Body body) noexcept {
  try {
    body();
    return nullptr;
  } catch (...) {
    return ErrorOfException();
  }
}

// Runs the body of a call on the path of a request.
template <typename Body>
int32_t Hot(Body body) noexcept {
  try {
    return body();
  } catch (...) {
    // What a caller's function may throw says nothing of options or of the system.
    const int32_t code = CodeOfException();
    return code == KGW_E_OPTION || code == KGW_E_SYSTEM ? KGW_E_INTERNAL : code;
  }
}

template <typename T>
T& Given(T* pointer, const char* name) {
  if (pointer == nullptr) throw Refusal(KGW_E_INVALID, std::string(name) + " is NULL");
  return *pointer;
}

// Makes `*out` NULL, so that it is that after an error.
template <typename T>
T*& Cleared(T** out) {
  Given(out, "out") = nullptr;
  return *out;
}

inline kgw_str Borrow(std::string_view text) { return {text.data(), text.size()}; }
// 1 for a text that has a length but no data.
inline unsigned Broken(kgw_str text) { return text.data == nullptr && text.len != 0 ? 1 : 0; }

inline std::string_view View(kgw_str text, const char* name) {
  if (Broken(text) != 0)
    throw Refusal(KGW_E_INVALID, std::string(name) + " has a length but no data");
  return text.len == 0 ? std::string_view() : std::string_view(text.data, text.len);
}

// Throws what a struct's In or Out has to say about its size.
void RequireSize(int32_t code, const char* name);

// Whether the request can be read at all. What it says is the engine's to judge.
int32_t CheckRequest(const kgw_request& request);
void RequireRequest(const kgw_request& request);  // throws that

int32_t FillDiagnostic(const Diagnostic& from, kgw_diagnostic* out);

}  // namespace kgw::capi
