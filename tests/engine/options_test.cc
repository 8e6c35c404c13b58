#include "kgw/options.h"

#include <gtest/gtest.h>

namespace kgw {
namespace {

TEST(Options, EveryNameSetsItsOption) {
  Options options;
  EXPECT_EQ(options.Set("controller_name", "a.test/gw"), "");
  EXPECT_EQ(options.Set("path_normalization", "merge_slashes"), "");
  EXPECT_EQ(options.Set("hostname_precedence", "intersected"), "");
  EXPECT_EQ(options.Set("host_fallthrough", "off"), "");
  EXPECT_EQ(options.Set("dropped_rule", "skip"), "");
  EXPECT_EQ(options.Set("path_type_order", "prefix_first"), "");
  EXPECT_EQ(options.Set("legacy_extension_ref", "on"), "");
  EXPECT_EQ(options.Set("dns", "embedder"), "");
  EXPECT_EQ(options.controller_name, "a.test/gw");
  EXPECT_EQ(options.path_normalization, PathNormalization::kMergeSlashes);
  EXPECT_TRUE(options.hostname_precedence_intersected);
  EXPECT_FALSE(options.host_fallthrough);
  EXPECT_TRUE(options.dropped_rule_skip);
  EXPECT_TRUE(options.path_type_prefix_first);
  EXPECT_TRUE(options.legacy_extension_ref);
}

TEST(Options, NumbersAreWholeAndDecimal) {
  Options options;
  EXPECT_EQ(options.Set("seed", "18446744073709551615"), "");
  EXPECT_EQ(options.Set("max_target_bytes", "100"), "");
  EXPECT_EQ(options.Set("max_headers", "3"), "");
  EXPECT_EQ(options.Set("max_header_bytes", "0"), "");
  EXPECT_EQ(options.seed, UINT64_MAX);
  EXPECT_EQ(options.limits.target_bytes, 100u);
  EXPECT_EQ(options.limits.header_count, 3u);
  EXPECT_EQ(options.limits.header_bytes, 0u);
  for (const char* wrong : {"", "-1", "1k", " 1", "18446744073709551616"}) {
    EXPECT_NE(options.Set("seed", wrong), "") << wrong;
  }
}

TEST(Options, TheDefaultsHaveNamesToo) {
  Options options;
  EXPECT_EQ(options.Set("path_normalization", "off"), "");
  EXPECT_EQ(options.Set("path_normalization", "rfc3986"), "");
  EXPECT_EQ(options.Set("hostname_precedence", "route"), "");
  EXPECT_EQ(options.Set("host_fallthrough", "on"), "");
  EXPECT_EQ(options.Set("dropped_rule", "500"), "");
  EXPECT_EQ(options.Set("path_type_order", "regex_first"), "");
  EXPECT_EQ(options.Set("legacy_extension_ref", "off"), "");
  const Options untouched;
  EXPECT_EQ(options.path_normalization, untouched.path_normalization);
  EXPECT_EQ(options.hostname_precedence_intersected, untouched.hostname_precedence_intersected);
  EXPECT_EQ(options.host_fallthrough, untouched.host_fallthrough);
  EXPECT_EQ(options.dropped_rule_skip, untouched.dropped_rule_skip);
  EXPECT_EQ(options.path_type_prefix_first, untouched.path_type_prefix_first);
  EXPECT_EQ(options.legacy_extension_ref, untouched.legacy_extension_ref);
}

TEST(Options, AWrongWordChangesNothingAndNamesTheRightOnes) {
  Options options;
  EXPECT_EQ(options.Set("path_normalization", "on"),
            "option path_normalization is rfc3986, merge_slashes or off, not \"on\"");
  EXPECT_EQ(options.Set("host_fallthrough", "true"),
            "option host_fallthrough is on or off, not \"true\"");
  EXPECT_EQ(options.path_normalization, PathNormalization::kRfc3986);
  EXPECT_TRUE(options.host_fallthrough);
}

TEST(Options, AnUnknownNameGetsTheNearestOne) {
  Options options;
  EXPECT_EQ(options.Set("host_fallthru", "on"),
            "unknown option \"host_fallthru\": did you mean \"host_fallthrough\"?");
  EXPECT_EQ(options.Set("colour", "red").substr(0, 35), "unknown option \"colour\": there are ");
}

TEST(Options, WhatIsNotBuiltYetSaysSo) {
  Options options;
  EXPECT_EQ(options.Set("dns", "resolve"), "option dns=resolve is not built yet");
  EXPECT_EQ(options.Set("share_hostname", "on"), "option share_hostname=on is not built yet");
}

}  // namespace
}  // namespace kgw
