// source/trail.h - which folders decide where a path leads.
//
// "conf/a.yaml" may change its meaning in "." (conf is replaced), in "conf" (a.yaml is replaced)
// and, where one of them is a symbolic link, in each folder on the way to its target. That is how a
// ConfigMap's swap of "..data" is noticed. Control path; blocks on the file system.
#pragma once

#include <map>
#include <set>
#include <string>

namespace kgw::source {

// What matters in one folder.
struct Interest {
  bool listed = false;          // every name that is not hidden
  bool files = false;           // the content of something in it, not only what its names lead to
  std::set<std::string> names;  // these, hidden or not
  bool operator==(const Interest&) const = default;
};

// By the folder's path with all links followed, from the root or from the working folder.
using Folders = std::map<std::string, Interest>;

// Adds the folders of the way from the folder `from` (links followed; "." is the working folder) to
// `path`, and returns where it ends, links followed. What is missing ends the way.
std::string FollowTrail(const std::string& from, const std::string& path, Folders* folders);

}  // namespace kgw::source
