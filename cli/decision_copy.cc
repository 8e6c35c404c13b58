#include "cli/decision_copy.h"

namespace kgw::cli {

DecisionCopy::DecisionCopy(const Decision& decision) : decision_(decision) {
  Decision& d = decision_;
  for (Str* text : {&d.gateway, &d.listener, &d.route.kind, &d.route.namespace_, &d.route.name,
                    &d.route.rule_name, &d.cluster, &d.request.method, &d.request.scheme,
                    &d.request.authority, &d.request.path, &d.response.body, &d.reason}) {
    Keep(text);
  }
  Keep(&d.backend);
  Keep(&d.endpoint);
  Keep(&d.request.edits);
  Keep(&d.response.edits);
  Keep(&d.transport.sni);
  KeepMirrors();
}

void DecisionCopy::Keep(Str* text) { *text = texts_.emplace_back(*text); }

void DecisionCopy::Keep(BackendRef* backend) {
  for (Str* text : {&backend->group, &backend->kind, &backend->namespace_, &backend->name,
                    &backend->function}) {
    Keep(text);
  }
}

void DecisionCopy::Keep(Endpoint* endpoint) {
  Keep(&endpoint->address);
  Keep(&endpoint->hostname);
}

void DecisionCopy::Keep(List<Header>* headers) {
  std::vector<Header>& own = headers_.emplace_back(headers->begin(), headers->end());
  for (Header& header : own) {
    Keep(&header.name);
    Keep(&header.value);
  }
  *headers = own;
}

void DecisionCopy::Keep(HeaderEdits* edits) {
  auto& own = names_.emplace_back(edits->remove.begin(), edits->remove.end());
  for (Str& name : own) Keep(&name);
  edits->remove = own;
  Keep(&edits->set);
  Keep(&edits->add);
}

void DecisionCopy::KeepMirrors() {
  mirrors_.assign(decision_.mirrors.begin(), decision_.mirrors.end());
  for (Mirror& mirror : mirrors_) {
    Keep(&mirror.backend);
    Keep(&mirror.endpoint);
    Keep(&mirror.authority);
  }
  decision_.mirrors = mirrors_;
}

}  // namespace kgw::cli
