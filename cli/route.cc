#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>

#include "cli/configuration.h"
#include "cli/summary.h"
#include "cli/text.h"
#include "cli/url_request.h"
#include "cli/verbs.h"

namespace kgw::cli {
namespace {

// Where one request, routed a number of times, went.
struct Routed {
  Decision first;
  std::unique_ptr<Pin> pin;                     // of its texts
  std::vector<DistributionEntry> distribution;  // only if it was more than once
  bool bad_news = false;                        // at least once
};

Routed RouteTimes(const Request& request, uint64_t times, Reader* reader) {
  Routed routed;
  std::map<std::pair<std::string, std::string>, uint64_t> counts;
  for (uint64_t i = 0; i < times; ++i) {
    Decision decision;
    reader->Route(request, &decision);
    routed.bad_news |= IsBadNews(decision);
    if (i == 0) {
      routed.first = decision;
      routed.pin = reader->Pin();
    }
    if (times > 1) ++counts[{BackendName(decision.backend), EndpointText(decision.endpoint)}];
  }
  for (const auto& [place, count] : counts) {
    routed.distribution.push_back({place.first, place.second, count});
  }
  return routed;
}

int RouteUrl(const Args& args) {
  UrlRequest request;
  const std::string problem = request.Read(args);
  if (!problem.empty()) return Misused(args, problem);
  Configuration configuration(args);
  if (!SayFindings(args, configuration)) return kWrongUsage;
  const auto reader = configuration.engine.NewReader();
  const Routed routed = RouteTimes(request.request(), args.times, reader.get());
  const Decision& decision = routed.first;
  if (args.output == Output::kJson) {
    Print(DecisionJson(decision, routed.distribution) + "\n");
  } else {
    const Painter paint = StdoutPainter(args.color);
    Print(SummaryText(decision, paint));
    if (args.times > 1) {
      Print("\n" + Count(args.times, "request") + ":\n" +
            DistributionText(routed.distribution, paint));
    }
  }
  return routed.bad_news ? kBadNews : kFine;
}

std::string RequestText(const Request& request) {
  return Printable(std::string(request.method) + " " + std::string(request.scheme) + "://" +
                   std::string(request.authority) + std::string(request.path));
}

// Answers requests, one a line: a line of JSON for each, or words with -o table.
class LineRouter {
 public:
  LineRouter(const Args& args, Engine* engine)
      : json_(args.output == Output::kJson || !args.Has("output")),
        paint_(StdoutPainter(args.color)),
        reader_(engine->NewReader()) {}

  void Answer(std::string_view line) {
    ++answered_;
    const std::string problem = request_.Parse(line);
    if (!problem.empty()) {
      bad_news_ = true;
      Print(
          (json_ ? ErrorJson(problem) : paint_(Color::kRed, "no request  ") + Printable(problem)) +
          "\n");
      return;
    }
    const Routed routed = RouteTimes(request_.request(), request_.times(), reader_.get());
    bad_news_ |= routed.bad_news;
    Print((json_ ? DecisionJson(routed.first, routed.distribution) : Words(routed)) + "\n");
  }

  uint64_t answered() const { return answered_; }
  bool bad_news() const { return bad_news_; }

 private:
  std::string Words(const Routed& routed) const {
    std::string text = SummaryLine(routed.first, paint_) +
                       paint_(Color::kDim, "  <- " + RequestText(request_.request()));
    if (routed.distribution.empty()) return text;
    text += "\n" + DistributionText(routed.distribution, paint_);
    text.pop_back();
    return text;
  }

  const bool json_;
  const Painter paint_;
  const std::unique_ptr<Reader> reader_;
  ParsedRequest request_;
  uint64_t answered_ = 0;
  bool bad_news_ = false;
};

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

int RouteLines(const Args& args) {
  std::ifstream file;
  const bool from_stdin = args.requests == "-";
  if (!from_stdin) file.open(args.requests);
  if (!from_stdin && !file) {
    Complain("cannot read " + args.requests + ": " + std::strerror(errno));
    return kWrongUsage;
  }
  Configuration configuration(args);
  if (!SayFindings(args, configuration)) return kWrongUsage;
  LineRouter router(args, &configuration.engine);
  std::istream& in = from_stdin ? std::cin : file;
  for (std::string line; !OutputClosed() && std::getline(in, line);) {
    if (!IsBlank(line)) router.Answer(line);
  }
  if (router.answered() == 0) {
    Complain("no requests in " + args.requests + ": expected JSON objects, one a line");
    return kWrongUsage;
  }
  return router.bad_news() ? kBadNews : kFine;
}

// --requests brings all that the request options would say.
std::string CheckRequestOptions(const Args& args) {
  if (args.requests.empty()) return {};
  for (const std::string_view option : {"header", "sni", "peer", "times", "port"}) {
    if (args.Has(option)) return "--requests leaves no room for --" + std::string(option);
  }
  if (!args.words.empty()) return "--requests leaves no room for " + args.words[0];
  const bool stdin_taken = std::find(args.files.begin(), args.files.end(), "-") != args.files.end();
  if (stdin_taken && args.requests == "-") return "only one of -f and --requests can be stdin";
  return {};
}

}  // namespace

int RunRoute(const Args& args) {
  const std::string problem = CheckRequestOptions(args);
  if (!problem.empty()) return Misused(args, problem);
  return args.requests.empty() ? RouteUrl(args) : RouteLines(args);
}

}  // namespace kgw::cli
