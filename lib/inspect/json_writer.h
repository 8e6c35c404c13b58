// inspect/json_writer.h - writes JSON that every parser accepts, whatever bytes it is given.
//
// Texts of requests are bytes, JSON is Unicode: each byte that is no part of well-formed UTF-8
// (RFC 3629) is written as U+FFFD. One owner thread.
#pragma once

// RapidJSON's stack adds to a null pointer before its first push; harmless, but undefined.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

#include <cstdint>
#include <string>
#include <string_view>

namespace kgw::inspect {

class JsonWriter {
 public:
  JsonWriter() : writer_(buffer_) {}

  void BeginObject() { writer_.StartObject(); }
  void EndObject() { writer_.EndObject(); }
  void BeginArray() { writer_.StartArray(); }
  void EndArray() { writer_.EndArray(); }
  void BeginObject(std::string_view key) { Key(key), BeginObject(); }
  void BeginArray(std::string_view key) { Key(key), BeginArray(); }

  void Text(std::string_view text);
  void Number(int64_t number) { writer_.Int64(number); }

  void Member(std::string_view key, std::string_view text) { Key(key), Text(text); }
  void Member(std::string_view key, int64_t number) { Key(key), Number(number); }
  void Flag(std::string_view key, bool flag) { Key(key), writer_.Bool(flag); }
  // The key is absent if there is nothing to say.
  void MemberIfAny(std::string_view key, std::string_view text) {
    if (!text.empty()) Member(key, text);
  }

  // A value that is JSON already.
  void Raw(std::string_view key, std::string_view json) {
    Key(key), writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  }

  std::string Take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  void Key(std::string_view key) { writer_.Key(key.data(), Size(key)); }
  static rapidjson::SizeType Size(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

}  // namespace kgw::inspect
