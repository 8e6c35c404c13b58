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
#include "kgw/inspect.h"
#include "kgw/options.h"
#include "kgw/request.h"

namespace kgw {

enum class Format : uint8_t {
  kAuto,  // JSON if the name ends in ".json", else YAML (which reads JSON documents too)
  kYaml,
  kJson,
};

struct Source {      // one named text: usually a file
  std::string name;  // appears in diagnostics
  std::string bytes;
  Format format = Format::kAuto;
};

// Answers requests. One owner thread at a time. Keeps the snapshot of its last call alive until the
// next call, Rest(), or its end; may outlive its Engine.
class Reader {
 public:
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Fills `*decision`; its texts live until the next call on this Reader.
  void Route(const Request& request, Decision* decision);

  // Lets go of the snapshot. Call it before the thread goes idle; the last decision dies with it.
  void Rest();

 private:
  friend class Engine;
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Control calls from any thread; they are serialised inside and may block.
class Engine {
 public:
  explicit Engine(Options options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Replaces all that each of these sources brought before, and publishes one snapshot with
  // everything that is valid. A source of empty text removes its objects. A source with a document
  // that does not parse deletes nothing until it is whole again.
  Report Apply(std::span<const Source> sources);
  Report Apply(std::string_view name, std::string_view bytes, Format format = Format::kAuto);

  // Reads files and directories (recursively, in name order: *.yaml, *.yml, *.json) and applies
  // them as one change, together with `more` (which may refer to them and they to it). What cannot
  // be read is an error with code "CannotRead", and nothing is published if nothing could be read.
  Report Load(std::span<const std::string> paths, std::span<const Source> more = {});

  std::unique_ptr<Reader> NewReader();

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
