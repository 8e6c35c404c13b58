// router/edit_list.h - header edits that depend on the request, composed on top of those that do
// not. One owner thread; its lists keep their high-water mark.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "kgw/decision.h"
#include "mutate/cors.h"
#include "router/scratch.h"

namespace kgw::router {

// Of one name there is never both an old and a new line: "set" replaces all values, so what was set
// or added before must go.
class EditList final : public mutate::HeaderSink {
 public:
  explicit EditList(Scratch* scratch) : scratch_(scratch) {}

  void Start(const HeaderEdits& edits) {
    removes_.assign(edits.remove.begin(), edits.remove.end());
    sets_.assign(edits.set.begin(), edits.set.end());
    adds_.assign(edits.add.begin(), edits.add.end());
  }

  void Remove(std::string_view name) override {
    Forget(name);
    removes_.push_back(name);
  }
  void Set(std::string_view name, std::string_view value) override {
    Forget(name);
    sets_.push_back({name, scratch_->Copy(value)});
  }
  void Add(std::string_view name, std::string_view value) override {
    adds_.push_back({name, scratch_->Copy(value)});
  }

  bool Touches(std::string_view name) const {
    const auto same = [&](const Header& line) { return line.name == name; };
    return std::find(removes_.begin(), removes_.end(), name) != removes_.end() ||
           std::any_of(sets_.begin(), sets_.end(), same) ||
           std::any_of(adds_.begin(), adds_.end(), same);
  }

  // Lists that live as long as the scratch's texts.
  HeaderEdits Finish() {
    return {scratch_->CopyList(removes_), scratch_->CopyList(sets_), scratch_->CopyList(adds_)};
  }

 private:
  void Forget(std::string_view name) {
    std::erase(removes_, name);
    std::erase_if(sets_, [&](const Header& line) { return line.name == name; });
    std::erase_if(adds_, [&](const Header& line) { return line.name == name; });
  }

  Scratch* scratch_;
  std::vector<Str> removes_;
  std::vector<Header> sets_, adds_;
};

}  // namespace kgw::router
