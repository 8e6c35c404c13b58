#include "base/time.h"

#include <gtest/gtest.h>

namespace kgw::base {
namespace {

struct Row {
  const char* text;
  int64_t value;
};

TEST(ParseRfc3339, ReadsTimes) {
  constexpr Row kRows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59Z", -1},
      {"2024-05-01T10:00:00Z", 1714557600},
      {"2024-05-01t10:00:00z", 1714557600},
      {"2024-05-01T10:00:00.999Z", 1714557600},
      {"2024-05-01T12:30:00+02:30", 1714557600},
      {"2024-05-01T02:00:00.5-08:00", 1714557600},
      {"2024-02-29T00:00:00Z", 1709164800},
      {"2016-12-31T23:59:60Z", 1483228800},  // a leap second
      {"0000-01-01T00:00:00Z", -62167219200},
      {"9999-12-31T23:59:59Z", 253402300799},
  };
  for (const Row& row : kRows) EXPECT_EQ(ParseRfc3339(row.text), row.value) << row.text;
}

TEST(ParseRfc3339, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2024-05-01",
                           "2024-05-01T10:00:00",
                           "2024-05-01 10:00:00Z",
                           "24-05-01T10:00:00Z",
                           "2024-5-01T10:00:00Z",
                           "2024-13-01T10:00:00Z",
                           "2024-00-01T10:00:00Z",
                           "2024-04-31T10:00:00Z",
                           "2023-02-29T10:00:00Z",
                           "2024-05-01T24:00:00Z",
                           "2024-05-01T10:60:00Z",
                           "2024-05-01T10:00:61Z",
                           "2024-05-01T10:00Z",
                           "2024-05-01T10:00:00.Z",
                           "2024-05-01T10:00:00+0200",
                           "2024-05-01T10:00:00+24:00",
                           "2024-05-01T10:00:00+02:60",
                           "2024-05-01T10:00:00Z ",
                           " 2024-05-01T10:00:00Z",
                           "now"}) {
    EXPECT_EQ(ParseRfc3339(text), std::nullopt) << text;
  }
}

TEST(FormatRfc3339, IsReadBackAsTheSameTime) {
  EXPECT_EQ(FormatRfc3339(1714557600), "2024-05-01T10:00:00Z");
  EXPECT_EQ(FormatRfc3339(-1), "1969-12-31T23:59:59Z");
  for (int64_t time = -62167219200; time <= 253402300799; time += 86'400 * 1'234 + 4'321) {
    EXPECT_EQ(ParseRfc3339(FormatRfc3339(time)), time) << FormatRfc3339(time);
  }
}

TEST(ParseGatewayDuration, ReadsWholeNumbersWithUnits) {
  constexpr Row kRows[] = {
      {"0s", 0},           {"10s", 10'000},     {"500ms", 500},
      {"1h", 3'600'000},   {"5m", 300'000},     {"1h30m", 5'400'000},
      {"1m500ms", 60'500}, {"90m", 5'400'000},  {"1h2m3s4ms", 3'723'004},
      {"00001s", 1'000},   {"99999ms", 99'999}, {"99999h", 359'996'400'000},
  };
  for (const Row& row : kRows) EXPECT_EQ(ParseGatewayDuration(row.text), row.value) << row.text;
}

TEST(ParseGatewayDuration, RefusesEverythingElse) {
  for (const char* text : {"", "0", "10", "s", "1.5s", "-1s", "+1s", "10us", "10ns", "100000s",
                           "1h1m1s1ms1h", "1 s", "1s ", "1S", "1d"}) {
    EXPECT_EQ(ParseGatewayDuration(text), std::nullopt) << text;
  }
}

TEST(ParseGoDuration, ReadsFractionsAndSums) {
  constexpr Row kRows[] = {
      {"0", 0},
      {"0s", 0},
      {"1.5s", 1'500},
      {"1m30s", 90'000},
      {"250ms", 250},
      {"1.5h", 5'400'000},
      {".5s", 500},
      {"1.s", 1'000},
      {"0.29s", 290},
      {"2.3s", 2'300},
      {"-1s", -1'000},
      {"1.999ms", 1},
      {"1500us", 1},
      {"2000000ns", 2},
      {"1h0.001s", 3'600'001},
      {"0.000000000s", 0},
  };
  for (const Row& row : kRows) EXPECT_EQ(ParseGoDuration(row.text), row.value) << row.text;
}

TEST(ParseGoDuration, NeverTurnsAShortDurationIntoNone) {
  for (const char* text : {"1ns", "1us", "999us", "0.5ms", "0.0001s", "0.000000001s"}) {
    EXPECT_EQ(ParseGoDuration(text), 1) << text;
  }
  EXPECT_EQ(ParseGoDuration("-1ns"), -1);
}

TEST(ParseGoDuration, RefusesEverythingElse) {
  for (const char* text : {"", "-", "1", "1.5", "s", ".s", "+1s", "1s2", "1d", "1 s", "1S", "1e3s",
                           "--1s", "1..5s", "99999999999999999999h", "inf", "nan"}) {
    EXPECT_EQ(ParseGoDuration(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace kgw::base
