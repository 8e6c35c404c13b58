#include "inspect/json_writer.h"

namespace kgw::inspect {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

uint8_t ByteAt(std::string_view text, size_t i) {
  return i < text.size() ? static_cast<uint8_t>(text[i]) : 0;
}

// True if the bytes 2 to `length` continue a character whose second byte is `low` to `high`.
bool Continues(std::string_view text, size_t length, uint8_t low = 0x80, uint8_t high = 0xbf) {
  const uint8_t second = ByteAt(text, 1);
  if (second < low || second > high) return false;
  for (size_t i = 2; i < length; ++i) {
    if ((ByteAt(text, i) & 0xc0) != 0x80) return false;
  }
  return true;
}

// Bytes of the well-formed character at the front of `text`; 0 if there is none (RFC 3629, 4).
size_t CharacterLength(std::string_view text) {
  const uint8_t lead = ByteAt(text, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return Continues(text, 2) ? 2 : 0;
  if (lead == 0xe0) return Continues(text, 3, 0xa0) ? 3 : 0;        // shorter forms exist
  if (lead == 0xed) return Continues(text, 3, 0x80, 0x9f) ? 3 : 0;  // surrogates
  if (lead < 0xf0) return Continues(text, 3) ? 3 : 0;
  if (lead == 0xf0) return Continues(text, 4, 0x90) ? 4 : 0;
  if (lead < 0xf4) return Continues(text, 4) ? 4 : 0;
  if (lead == 0xf4) return Continues(text, 4, 0x80, 0x8f) ? 4 : 0;  // U+10FFFF is the last one
  return 0;
}

// Bytes at the front of `text` that are well-formed.
size_t WellFormedPrefix(std::string_view text) {
  size_t done = 0;
  while (done < text.size()) {
    const size_t length = CharacterLength(text.substr(done));
    if (length == 0) break;
    done += length;
  }
  return done;
}

}  // namespace

void JsonWriter::Text(std::string_view text) {
  size_t good = WellFormedPrefix(text);
  if (good == text.size()) {
    // RapidJSON wants a pointer even to nothing.
    writer_.String(text.empty() ? "" : text.data(), Size(text));
    return;
  }
  std::string repaired;
  while (!text.empty()) {
    repaired += text.substr(0, good);
    text.remove_prefix(good);
    if (text.empty()) break;
    repaired += kReplacement;
    text.remove_prefix(1);
    good = WellFormedPrefix(text);
  }
  writer_.String(repaired.data(), Size(repaired));
}

}  // namespace kgw::inspect
