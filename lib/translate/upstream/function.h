// translate/upstream/function.h - what the types have in common that stand for a cloud's functions.
//
// AWS Lambda, Azure Functions and Google's services are each reached through one name, over TLS.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/checker.h"
#include "kgw/schema/upstream.pb.h"
#include "model/upstream.h"

namespace kgw::translate::upstream {

// `host`:443 over TLS, with `sslConfig.sni` or else the host as SNI.
model::Endpoint CloudEndpoint(const schema::gloo::UpstreamSpec& spec, std::string host);

// Percent-escapes all but the unreserved characters of RFC 3986 and those of `kept`.
std::string Escape(std::string_view text, std::string_view kept = "");

// The number of an enum's value, which is written as one of `words` or as its number; 0 if it is
// not written, nothing if it is none.
std::optional<size_t> EnumValue(const schema::IntOrString& value,
                                std::span<const std::string_view> words);

// Rejects what EnumValue() cannot read.
void CheckEnum(const schema::IntOrString& value, std::span<const std::string_view> words,
               std::string_view path, config::Checker* checker);

}  // namespace kgw::translate::upstream
