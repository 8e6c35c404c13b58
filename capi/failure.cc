#include <new>
#include <system_error>

#include "capi/handles.h"
#include "capi/structs.h"
#include "kgw/error.h"

namespace kgw::capi {
namespace {

constexpr std::string_view kNoMemory = "out of memory";
constinit kgw_error no_memory = {KGW_E_MEMORY, {kNoMemory.data(), kNoMemory.size()}, nullptr};

struct OwnedError : kgw_error {
  std::string text;
  std::shared_ptr<std::vector<Diagnostic>> found;
};

kgw_error* NewError(int32_t code, const char* message,
                    std::shared_ptr<std::vector<Diagnostic>> found) {
  auto error = std::make_unique<OwnedError>();
  error->text = message;
  error->found = std::move(found);
  error->code = code;
  error->message = Borrow(error->text);
  error->diagnostics = error->found.get();
  return error.release();
}

}  // namespace

int32_t CodeOfException() noexcept {
  try {
    throw;
  } catch (const Refusal& refusal) {
    return refusal.code;
  } catch (const std::bad_alloc&) {
    return KGW_E_MEMORY;
  } catch (const std::length_error&) {
    return KGW_E_MEMORY;  // more than a container can ever hold
  } catch (const ReentrantCall&) {
    return KGW_E_REENTRANT;
  } catch (const ReaderBusy&) {
    return KGW_E_BUSY;
  } catch (const SystemFailure&) {
    return KGW_E_SYSTEM;
  } catch (const std::system_error&) {
    return KGW_E_SYSTEM;
  } catch (const NullText&) {
    return KGW_E_INVALID;
  } catch (const std::invalid_argument&) {
    return KGW_E_OPTION;  // the engine's constructor: options that contradict themselves
  } catch (...) {
    return KGW_E_INTERNAL;
  }
}

kgw_error* ErrorOfException() noexcept {
  const int32_t code = CodeOfException();
  if (code == KGW_E_MEMORY) return &no_memory;
  try {
    try {
      throw;
    } catch (const Refusal& refusal) {
      return NewError(code, refusal.what(), refusal.diagnostics);
    } catch (const std::exception& exception) {
      return NewError(code, exception.what(), nullptr);
    } catch (...) {
      return NewError(code, "a callback threw what is no std::exception", nullptr);
    }
  } catch (...) {
    return &no_memory;
  }
}

void RequireSize(int32_t code, const char* name) {
  if (code == KGW_OK) return;
  const char* what = code == KGW_E_INVALID ? " is NULL"
                     : code == KGW_E_SIZE  ? " has a size that no version of it ever had"
                                           : " has set fields that this library does not know";
  throw Refusal(code, std::string(name) + what);
}

int32_t CheckForeignSize(const void* given, size_t size, size_t least, size_t known) {
  if (size < least || size > kLargestStruct || size % sizeof(size_t) != 0) return KGW_E_SIZE;
  const char* bytes = static_cast<const char*>(given);
  for (size_t i = known; i < size; ++i) {
    if (bytes[i] != 0) return KGW_E_TOO_NEW;
  }
  return KGW_OK;
}

}  // namespace kgw::capi

int32_t kgw_error_code(const kgw_error* error) { return error == nullptr ? KGW_OK : error->code; }

kgw_str kgw_error_message(const kgw_error* error) {
  return error == nullptr ? kgw_str{"", 0} : error->message;
}

size_t kgw_error_count(const kgw_error* error) {
  return error == nullptr || error->diagnostics == nullptr ? 0 : error->diagnostics->size();
}

int32_t kgw_error_at(const kgw_error* error, size_t index, kgw_diagnostic* out) {
  if (index >= kgw_error_count(error)) return KGW_E_INVALID;
  return kgw::capi::FillDiagnostic((*error->diagnostics)[index], out);
}

void kgw_error_free(kgw_error* error) {
  if (error != &kgw::capi::no_memory) delete static_cast<kgw::capi::OwnedError*>(error);
}
