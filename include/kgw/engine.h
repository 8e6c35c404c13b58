// kgw/engine.h - the engine: a configuration goes in, decisions come out.
//
// An Engine holds a configuration and publishes it as immutable snapshots. A Reader answers
// requests from the newest one. Applying a change never stops or slows the readers, and what is
// wrong in a change never takes down what was right: the last good form of an object keeps serving.
//
// Nothing here prints, exits, starts a thread, reads the environment or touches a signal handler.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/decision.h"
#include "kgw/diagnostic.h"
#include "kgw/error.h"
#include "kgw/inspect.h"
#include "kgw/options.h"
#include "kgw/request.h"

namespace kgw {

enum class Format : int32_t {
  kAuto,  // JSON if the name ends in ".json", else YAML (which reads JSON documents too)
  kYaml,
  kJson,
};

struct Source {      // one named text: usually a file
  std::string name;  // appears in diagnostics
  std::string bytes;
  Format format = Format::kAuto;
};

struct SourceView {  // the same, belonging to somebody else; in C: kgw_source
  Str name;
  Str bytes;
  Format format = Format::kAuto;
  int32_t reserved = 0;
};

// Keeps the texts and lists of decisions after their Reader has gone on. Any thread may end it.
// Texts that belong to the caller's Request stay the caller's.
class Pin {
 public:
  ~Pin();
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;

 private:
  friend class Reader;
  struct Impl;
  explicit Pin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Answers requests. One owner thread at a time; in debug builds a second thread that calls it at
// the same time gets a std::logic_error. Keeps the snapshot of its last call alive until the next
// call, Rest(), or its end; may outlive its Engine. After its buffers have grown nothing here
// allocates, locks or calls the system, but for RE2, whose cache may lock and allocate.
class Reader {
 public:
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Fills `*decision`; its texts live until the next call on this Reader.
  void Route(const Request& request, Decision* decision);

  // The same for several requests, by one snapshot. `decisions` is as long as `requests`.
  void RouteMany(std::span<const Request> requests, std::span<Decision> decisions);

  // Closes a try that failed (`*ticket` is cleared) and decides about the next one: the same
  // cluster, but not the endpoints that failed already (the last four are remembered) as long as
  // there are others, by the newest configuration. With `request` null only endpoint, transport and
  // ticket are filled. Mirrors are not sent again, and Request::peek is of no account. Whether to
  // try again is the caller's to say.
  void Retry(const Request* request, Ticket* ticket, const Outcome& outcome, Decision* decision);

  // Keeps the texts of the last call's decisions; they stay where they are.
  std::unique_ptr<kgw::Pin> Pin();

  // Lets go of the snapshot. Call it before the thread goes idle; the last decision dies with it.
  void Rest();

 private:
  friend class Engine;
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct Stats {
  uint64_t generation = 0;     // of the newest snapshot; 0: none yet
  uint64_t snapshots = 0;      // in memory: the newest, and older ones that are still held
  uint64_t retired_bytes = 0;  // of the older ones, about
  uint64_t readers = 0;
  struct Behind {         // a reader that holds an older snapshot
    uint64_t reader = 0;  // its number, in the order of NewReader()
    uint64_t generation = 0;
    int64_t seconds = 0;  // since that snapshot was replaced
  };
  std::vector<Behind> behind;
};

// Control calls from any thread; they are serialised inside and may block. One that is made by a
// callback of the same engine throws std::logic_error, except from Options::on_reload.
class Engine {
 public:
  // Throws std::invalid_argument if the options contradict themselves.
  explicit Engine(Options options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Replaces all that each of these sources brought before, and publishes one snapshot with
  // everything that is valid. A source of empty text removes its objects. A source with a document
  // that does not parse deletes nothing until it is whole again. Texts of more than 256 MiB are
  // refused (code "TooLarge"); if there is nothing else, nothing is published.
  Report Apply(std::span<const Source> sources);
  Report Apply(std::span<const SourceView> sources);
  Report Apply(std::string_view name, std::string_view bytes, Format format = Format::kAuto);

  // Reads files and directories (recursively, in name order: *.yaml, *.yml, *.json) and applies
  // them as one change, together with `more` (which may refer to them and they to it). What cannot
  // be read is an error with code "CannotRead", and nothing is published if nothing could be read.
  Report Load(std::span<const std::string> paths, std::span<const Source> more = {});

  // Load(), and goes on following the paths: Poll() applies what has changed, once it has settled.
  // What one path brought stays in effect while it cannot be read.
  Report Watch(std::span<const std::string> paths);

  // Asks the custom Upstream types again, and publishes.
  Report Refresh();

  // Does what is due: follows watched files, frees snapshots that nobody holds any more, tells the
  // log. `now_ns` is a monotonic clock of the caller's. Returns when to call again at the latest;
  // INT64_MAX: when fd() is readable.
  int64_t Poll(int64_t now_ns);
  // Readable when Poll() has something to do; -1 if this system has no such thing. It stays the
  // same.
  int fd() const;
  // Calls Poll() on a thread of its own, with the steady clock, until Stop() or the end.
  void Start();
  void Stop();

  std::unique_ptr<Reader> NewReader();

  // Finishes the ticket of a decision or a mirror and clears it. An empty ticket, or one of an
  // endpoint that is gone, does nothing. Never waits. Thread: any.
  void Done(Ticket* ticket, const Outcome& outcome) const;

  Stats GetStats() const;

  // Looking inside. These translate the configuration again: for people, not for the hot path.
  std::vector<KindInfo> Kinds() const;
  // Objects of a kind ("HTTPRoute"), sorted by namespace and name.
  std::vector<ObjectView> Objects(std::string_view kind) const;
  std::vector<RouteRow> Routes() const;
  std::vector<EndpointRow> Endpoints() const;
  Explanation Explain(const Request& request) const;

 private:
  friend class Reader;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kgw
