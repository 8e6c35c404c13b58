// translate/upstream/secret.h - the credentials that Upstreams refer to.
//
// They are looked at, so that what is missing is found before a request is lost over it. Of what
// they hold only the key of an Azure function ever reaches a decision. No text of theirs gets into
// a finding.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kgw/schema/core.pb.h"
#include "kgw/schema/upstream.pb.h"
#include "translate/context.h"

namespace kgw::translate::upstream {

// The Secret that `object` refers to; null if there is none. Gloo asks for no ReferenceGrant here.
const schema::core::Secret* FindSecret(const Context& context, const config::Resource& object,
                                       const schema::gloo::ResourceRef& ref);

// "namespace/name" of what `object` refers to.
std::string NameOfRef(const config::Resource& object, const schema::gloo::ResourceRef& ref);

// Nothing if the Secret has no such key.
std::optional<std::string> SecretValue(const schema::core::Secret& secret, const std::string& key);

// The map of texts under `field` of a value that is itself YAML, as Gloo writes Secrets of its own
// kinds. Nothing if the value is not of that form.
std::optional<std::map<std::string, std::string>> SecretMap(const schema::core::Secret& secret,
                                                            const std::string& key,
                                                            std::string_view field);

}  // namespace kgw::translate::upstream
