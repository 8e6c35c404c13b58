// kgw, the program.

#include "cli/program.h"

int main(int argc, char** argv) { return kgw::cli::RunProgram(argc, argv); }
