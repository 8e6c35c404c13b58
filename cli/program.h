// cli/program.h - the whole program as one function, for other programs that carry it.
//
// Ignores SIGPIPE, writes to stdout and stderr, and never calls exit().
#pragma once

namespace kgw::cli {

// `argv` is as main() gets it. Returns the exit status; call it once in a process.
int RunProgram(int argc, char** argv);

}  // namespace kgw::cli
