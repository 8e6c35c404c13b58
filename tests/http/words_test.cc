#include "http/words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "http/line_end.h"

namespace kgw::http {
namespace {

// Every byte at every place of texts of up to 20 bytes, between bytes that are next to those asked
// for or have the high bit.
template <typename Fast, typename Slow>
void ExpectSame(Fast fast, Slow slow) {
  for (const char around : {' ', '\x0e', '@', '[', '\x7f', '\x80', '\xff', '\xc1'}) {
    for (size_t size = 0; size <= 20; ++size) {
      std::string text(size, around);
      EXPECT_FALSE(fast(text)) << size << " of " << int{around};
      for (size_t at = 0; at < size; ++at) {
        for (int byte = 0; byte < 256; ++byte) {
          text[at] = static_cast<char>(byte);
          ASSERT_EQ(fast(text), slow(static_cast<char>(byte)))
              << byte << " at " << at << " of " << size << " among " << int{around};
        }
        text[at] = around;
      }
    }
  }
}

TEST(AnyByte, FindsUpperCaseAndNothingElse) {
  ExpectSame([](std::string_view text) { return AnyByte(text, AnyUpper); },
             [](char c) { return c >= 'A' && c <= 'Z'; });
}

TEST(AnyByte, FindsWhatIsBelowALimit) {
  ExpectSame([](std::string_view text) { return AnyByte(text, AnyBelow<14>); },
             [](char c) { return static_cast<unsigned char>(c) < 14; });
}

TEST(HasLineEnd, KnowsThreeBytes) {
  ExpectSame(HasLineEnd, [](char c) { return c == '\0' || c == '\r' || c == '\n'; });
}

TEST(HasLineEnd, IsNotMisledByTabs) {
  EXPECT_FALSE(HasLineEnd("a\tvalue\twith\ttabs"));
  EXPECT_TRUE(HasLineEnd("a\tvalue\twith\ttabs\nand more"));
}

}  // namespace
}  // namespace kgw::http
