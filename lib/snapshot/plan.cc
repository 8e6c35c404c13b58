#include "snapshot/plan.h"

#include <utility>

#include "mutate/headers.h"

namespace kgw::snapshot {
namespace {

std::vector<Header> Views(const std::vector<model::HeaderLine>& lines) {
  std::vector<Header> out;
  out.reserve(lines.size());
  for (const auto& [name, value] : lines) out.push_back({name, value});
  return out;
}

std::unique_ptr<const Edits> ComposeEdits(const model::HeaderEdits& rule,
                                          const model::HeaderEdits* backend,
                                          const model::Invocation* invocation = nullptr) {
  model::HeaderEdits edits;
  mutate::Compose(rule, &edits);
  if (backend != nullptr) mutate::Compose(*backend, &edits);
  if (invocation != nullptr) mutate::Compose({.set = invocation->headers}, &edits);
  if (edits.empty()) return nullptr;
  return std::make_unique<const Edits>(std::move(edits));
}

// What the later filters say wins over what the earlier ones said.
void Overlay(const model::Filters& filters, Plan* plan) {
  if (filters.redirect) plan->redirect = &*filters.redirect;
  if (filters.path) plan->path = &*filters.path;
  if (filters.host) plan->host = &*filters.host;
  plan->keeps_old_host |= filters.keeps_old_host;
  if (filters.cors) plan->cors = std::make_unique<const mutate::CorsFilter>(*filters.cors);
  for (const model::Mirror& mirror : filters.mirrors) plan->mirrors.push_back(&mirror);
}

void CompilePatterns(Plan* plan) {
  if (plan->path != nullptr && plan->path->type == model::PathRewrite::Type::kRegex) {
    plan->path_pattern = std::make_unique<const base::Regex>(plan->path->pattern);
  }
  if (plan->host != nullptr && plan->host->type == model::HostRewrite::Type::kPathRegex) {
    plan->host_pattern = std::make_unique<const base::Regex>(plan->host->pattern);
  }
}

}  // namespace

Edits::Edits(model::HeaderEdits edits)
    : owned_(std::move(edits)),
      remove_(owned_.remove.begin(), owned_.remove.end()),
      set_(Views(owned_.set)),
      add_(Views(owned_.add)) {}

Plan ComposePlan(const model::Filters& rule, const model::Filters* backend,
                 const model::Invocation* invocation) {
  Plan plan;
  plan.invocation = invocation;
  plan.request =
      ComposeEdits(rule.request, backend == nullptr ? nullptr : &backend->request, invocation);
  plan.response = ComposeEdits(rule.response, backend == nullptr ? nullptr : &backend->response);
  Overlay(rule, &plan);
  if (backend != nullptr) Overlay(*backend, &plan);
  // A copy would carry the function's path, and perhaps its key, to somebody else.
  if (invocation != nullptr) plan.mirrors.clear();
  CompilePatterns(&plan);
  return plan;
}

}  // namespace kgw::snapshot
