// _kgw: the part of the Python package `kgw` that is written in C++.

#include <string>
#include <vector>

#include "bind.h"
#include "cli/program.h"
#include "kgw/version.h"

namespace kgw::python {
namespace {

// The program `kgw`, with these arguments after its name.
int RunProgram(nb::handle arguments) {
  std::vector<std::string> texts = {"kgw"};
  for (const nb::handle argument : nb::iter(arguments)) texts.push_back(Copy(argument, "argument"));
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  const nb::gil_scoped_release release;
  return cli::RunProgram(static_cast<int>(texts.size()), argv.data());
}

}  // namespace
}  // namespace kgw::python

NB_MODULE(_kgw, m) {
  using namespace kgw::python;
  // An engine that lives until the end of the process is no leak to tell the user of.
  nb::set_leak_warnings(false);
  BindDecision(m);
  BindRequest(m);
  BindControl(m);
  BindCallbacks(m);
  BindEngine(m);
  m.def("run_program", &RunProgram, nb::arg("arguments"),
        nb::sig("def run_program(arguments: collections.abc.Iterable[str | bytes]) -> int"));
  m.attr("version") = std::string(kgw::Version());
}
