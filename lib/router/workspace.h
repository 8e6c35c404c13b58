// router/workspace.h - the buffers of one reader, kept from request to request.
//
// All that a Decision may point to lies in `scratch`; the rest is only used while one is made. One
// owner thread; everything keeps its high-water mark.
#pragma once

#include <string>
#include <vector>

#include "balance/policy.h"
#include "base/random.h"
#include "http/request_view.h"
#include "kgw/decision.h"
#include "router/edit_list.h"
#include "router/scratch.h"

namespace kgw::router {

struct Workspace {
  explicit Workspace(uint64_t seed) : random(seed) {}
  Workspace(const Workspace&) = delete;  // its parts point to each other
  Workspace& operator=(const Workspace&) = delete;

  base::Random random;
  http::RequestView view;
  Scratch scratch;
  std::string sni, text, cors_text;
  EditList edits{&scratch};
  std::vector<Mirror> mirrors;

  struct Position {
    uint32_t cluster_slot;
    balance::PickState state;
  };
  std::vector<Position> undo;  // what a peek moved, to be put back
};

}  // namespace kgw::router
