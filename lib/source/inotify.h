// source/inotify.h - Linux tells when something happens in a folder.
//
// Only a trigger: what happened is found out by looking again. One thread at a time. Where there
// is no inotify, Open() says so.
#pragma once

#include <map>
#include <string>

#include "source/trail.h"

namespace kgw::source {

class Inotify {
 public:
  Inotify() = default;
  ~Inotify();
  Inotify(const Inotify&) = delete;
  Inotify& operator=(const Inotify&) = delete;

  static bool Offered();

  // Empty, or why it cannot be used (the system's limit).
  std::string Open();
  int fd() const { return fd_; }  // -1 unless open

  struct Result {
    std::string problem;  // no more watches are to be had
    bool blind = false;   // some folder cannot be watched, as it may not be read
  };
  // Watches these folders and no others, from now on.
  Result Watch(const Folders& folders);

  // Takes what happened since the last call. True if it may matter to what is watched.
  bool Drain();

 private:
  bool Matters(int watch, unsigned mask, const char* name);
  void DropAllBut(const std::map<int, Interest>& wanted);

  int fd_ = -1;
  std::map<int, Interest> watches_;
};

}  // namespace kgw::source
