#include "translate/upstream/secret.h"

#include "base/strings.h"
#include "config/parse.h"

namespace kgw::translate::upstream {
namespace {

using schema::core::Secret;
using schema::gloo::ResourceRef;

const std::string& NamespaceOf(const config::Resource& object, const ResourceRef& ref) {
  return ref.namespace_().empty() ? object.key.namespace_ : ref.namespace_();
}

}  // namespace

const Secret* FindSecret(const Context& context, const config::Resource& object,
                         const ResourceRef& ref) {
  const config::Resource* found = context.Find<Secret>(NamespaceOf(object, ref), ref.name());
  return found == nullptr ? nullptr : &found->As<Secret>();
}

std::string NameOfRef(const config::Resource& object, const ResourceRef& ref) {
  return base::Cat(NamespaceOf(object, ref), "/", ref.name());
}

std::optional<std::string> SecretValue(const Secret& secret, const std::string& key) {
  // An API server writes stringData over data.
  const auto plain = secret.stringdata().find(key);
  if (plain != secret.stringdata().end()) return plain->second;
  const auto it = secret.data().find(key);
  if (it == secret.data().end()) return std::nullopt;
  return it->second;
}

std::optional<std::map<std::string, std::string>> SecretMap(const Secret& secret,
                                                            const std::string& key,
                                                            std::string_view field) {
  const auto text = SecretValue(secret, key);
  if (!text) return std::nullopt;
  const config::Parsed parsed = config::ParseYaml(*text);
  if (!parsed.errors.empty() || parsed.documents.size() != 1) return std::nullopt;
  std::map<std::string, std::string> out;
  const config::Node* map = parsed.documents[0].Find(field);
  if (map == nullptr) return out;
  for (const config::Member& member : map->members) out[member.key.text] = member.value.text;
  return out;
}

}  // namespace kgw::translate::upstream
