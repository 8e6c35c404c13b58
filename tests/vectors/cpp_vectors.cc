// Answers `kgw route --requests` through the C++ API: the C++ leg of the table of vectors.
//
//   cpp_vectors CONFIG REQUESTS [KEY=VALUE]...
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/engine.h"
#include "kgw/json.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  kgw::Options options;
  for (int i = 3; i < argc; ++i) {
    const std::string_view setting = argv[i];
    const size_t equals = setting.find('=');
    const std::string problem = options.Set(setting.substr(0, equals), setting.substr(equals + 1));
    if (!problem.empty()) {
      std::cerr << problem << "\n";
      return 2;
    }
  }
  kgw::Engine engine(options);
  const std::vector<std::string> paths = {argv[1]};
  engine.Load(paths);
  const auto reader = engine.NewReader();
  std::ifstream requests(argv[2]);
  kgw::ParsedRequest request;
  for (std::string line; std::getline(requests, line);) {
    const std::string problem = request.Parse(line);
    kgw::Decision decision;
    if (problem.empty()) reader->Route(request.request(), &decision);
    std::cout << (problem.empty() ? kgw::DecisionJson(decision) : kgw::ErrorJson(problem)) << "\n";
  }
}
