#include "shrink.h"

#include <utility>
#include <vector>

#include "base/strings.h"

namespace kgw::match {
namespace {

using base::Cat;

// Takes the part number `n` out of a model, counting depth first. Routes stay (others are known by
// index), but lose their rules.
class Remover {
 public:
  explicit Remover(size_t n) : left_(n) {}

  bool From(model::Model* model) {
    return From(&model->gateways, [&](model::Gateway& gateway) { return From(&gateway); }) ||
           Each(model->routes, [&](model::Route& route) { return From(&route); });
  }

 private:
  bool From(model::Gateway* gateway) {
    return From(&gateway->listeners, [&](model::Listener& listener) {
      return From(&listener.routes,
                  [&](model::AttachedRoute& route) { return From(&route.hostnames, kWhole); });
    });
  }

  bool From(model::Route* route) {
    return From(&route->rules, [&](model::Rule& rule) {
      return From(&rule.matches, [&](model::Match& match) {
        return From(&match.headers, kWhole) || From(&match.query, kWhole) || Clear(&match.method);
      });
    });
  }

  static constexpr auto kWhole = [](auto&) { return false; };

  template <typename T, typename Inside>
  bool From(std::vector<T>* parts, const Inside& inside) {
    if (left_ < parts->size()) {
      parts->erase(parts->begin() + static_cast<std::ptrdiff_t>(left_));
      return true;
    }
    left_ -= parts->size();
    return Each(*parts, inside);
  }

  template <typename T, typename Inside>
  bool Each(std::vector<T>& parts, const Inside& inside) {
    for (T& part : parts) {
      if (inside(part)) return true;
    }
    return false;
  }

  bool Clear(std::string* text) {
    if (text->empty()) return false;
    if (left_-- > 0) return false;
    text->clear();
    return true;
  }

  size_t left_;
};

std::string Describe(const model::ValueMatch& match) {
  return Cat(" ", match.name, match.regex ? "~=" : "=", "\"", match.value, "\"");
}

std::string Describe(const model::Match& match) {
  constexpr std::string_view kTypes[] = {"Exact", "PathPrefix", "RegularExpression"};
  std::string text =
      Cat("    ", std::to_string(match.index), ": ", kTypes[static_cast<size_t>(match.path.type)],
          " \"", match.path.value, "\" ", match.method);
  for (const model::ValueMatch& header : match.headers) text += Cat(" header", Describe(header));
  for (const model::ValueMatch& query : match.query) text += Cat(" query", Describe(query));
  return text + "\n";
}

std::string Describe(const model::Route& route) {
  std::string text =
      Cat(route.kind, " ", route.FullName(), " created ", std::to_string(route.created), "\n");
  for (const model::Rule& rule : route.rules) {
    text += "  rule\n";
    for (const model::Match& match : rule.matches) text += Describe(match);
  }
  return text;
}

std::string Describe(const model::Listener& listener) {
  std::string text = Cat("  listener ", listener.name, " port ", std::to_string(listener.port),
                         listener.tls ? " tls" : "", listener.ready ? "" : " not ready", " \"",
                         listener.hostname, "\"\n");
  for (const model::AttachedRoute& route : listener.routes) {
    text += Cat("    route ", std::to_string(route.route));
    for (const model::AttachedHostname& hostname : route.hostnames) {
      text += Cat(" \"", hostname.effective, "\" ranked \"", hostname.ranked, "\"");
    }
    text += "\n";
  }
  return text;
}

}  // namespace

model::Model Shrink(model::Model model, const std::function<bool(const model::Model&)>& fails) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (size_t n = 0;;) {
      model::Model candidate = model;
      if (!Remover(n).From(&candidate)) break;
      if (fails(candidate)) {
        model = std::move(candidate);
        smaller = true;
      } else {
        ++n;
      }
    }
  }
  return model;
}

std::string Describe(const model::Model& model) {
  std::string text;
  for (const model::Gateway& gateway : model.gateways) {
    text += Cat("Gateway ", gateway.name, "\n");
    for (const model::Listener& listener : gateway.listeners) text += Describe(listener);
  }
  for (size_t i = 0; i < model.routes.size(); ++i) {
    if (!model.routes[i].rules.empty()) {
      text += Cat("route ", std::to_string(i), ": ", Describe(model.routes[i]));
    }
  }
  return text;
}

}  // namespace kgw::match
