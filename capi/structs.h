// capi/structs.h - structs of callers that were compiled with an older or a newer kgw/c.h.
//
// A struct of our own size is used where it is; any other is copied into one of ours.
#pragma once

#include <cstddef>
#include <cstring>

#include "kgw/c.h"

namespace kgw::capi {

// Of each struct that begins with `size`: the least of it that makes sense, and all of it as its
// KGW_X_INIT has it.
template <typename T>
struct Known;

#define KGW_KNOWN(type, first_that_may_lack, init)                        \
  template <>                                                             \
  struct Known<type> {                                                    \
    static constexpr size_t kLeast = offsetof(type, first_that_may_lack); \
    static type Init() { return init; }                                   \
  }
KGW_KNOWN(kgw_request, headers, KGW_REQUEST_INIT);
// All of it: without its ticket a request under way could never be finished.
template <>
struct Known<kgw_decision> {
  static constexpr size_t kLeast = sizeof(kgw_decision);
  static kgw_decision Init() { return KGW_DECISION_INIT; }
};
KGW_KNOWN(kgw_outcome, latency_ns, KGW_OUTCOME_INIT);
KGW_KNOWN(kgw_diagnostic, suggestion, KGW_DIAGNOSTIC_INIT);
KGW_KNOWN(kgw_stats, readers_behind, KGW_STATS_INIT);
KGW_KNOWN(kgw_object, json, KGW_OBJECT_INIT);
KGW_KNOWN(kgw_upstream_endpoint, tls, KGW_UPSTREAM_ENDPOINT_INIT);
KGW_KNOWN(kgw_upstream_type, free, KGW_UPSTREAM_TYPE_INIT);
KGW_KNOWN(kgw_log_callback, log, KGW_LOG_CALLBACK_INIT);
#undef KGW_KNOWN

// No struct will ever be larger: what is looks like a `size` that nobody set, and is not read.
inline constexpr size_t kLargestStruct = 4096;

// Whether a struct that is not of our size can be taken. `known` is our size.
int32_t CheckForeignSize(const void* given, size_t size, size_t least, size_t known);

// What a caller passes in.
template <typename T>
class In {
 public:
  explicit In(const T* given) : struct_(given) {
    if (given == nullptr) {
      code_ = KGW_E_INVALID;
    } else if (given->size != sizeof(T)) [[unlikely]] {
      Copy(*given);
    }
  }
  In(const In&) = delete;
  In& operator=(const In&) = delete;

  int32_t code() const { return code_; }
  const T& operator*() const { return *struct_; }
  const T* operator->() const { return struct_; }

 private:
  void Copy(const T& given) {
    code_ = CheckForeignSize(&given, given.size, Known<T>::kLeast, sizeof(T));
    if (code_ != KGW_OK) return;
    copy_ = Known<T>::Init();
    std::memcpy(&copy_, &given, given.size < sizeof(T) ? given.size : sizeof(T));
    copy_.size = sizeof(T);
    struct_ = &copy_;
  }

  const T* struct_;
  int32_t code_ = KGW_OK;
  T copy_;  // only used for a struct of another size
};

// What a caller wants filled.
template <typename T>
class Out {
 public:
  explicit Out(T* given) : given_(given), struct_(given) {
    if (given == nullptr) {
      code_ = KGW_E_INVALID;
    } else if (given->size != sizeof(T)) [[unlikely]] {
      code_ = CheckForeignSize(given, given->size, Known<T>::kLeast, sizeof(T));
      struct_ = &copy_;
    }
  }
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;

  int32_t code() const { return code_; }
  // All but `size` is to be written.
  T* operator->() { return struct_; }
  T* get() { return struct_; }
  // Hands over what was written.
  void Finish() {
    if (struct_ == given_) return;
    constexpr size_t kSize = sizeof(given_->size);
    const size_t end = given_->size < sizeof(T) ? given_->size : sizeof(T);
    std::memcpy(reinterpret_cast<char*>(given_) + kSize,
                reinterpret_cast<const char*>(struct_) + kSize, end - kSize);
  }

 private:
  T* given_;
  T* struct_;
  int32_t code_ = KGW_OK;
  T copy_;  // only used for a struct of another size
};

}  // namespace kgw::capi
