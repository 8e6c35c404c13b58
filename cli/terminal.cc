#include "cli/terminal.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace kgw::cli {
namespace {

int write_error = 0;  // errno of the first write that failed

std::string_view Code(Color color) {
  switch (color) {
    case Color::kPlain:
      return "";
    case Color::kBold:
      return "1";
    case Color::kDim:
      return "2";
    case Color::kGreen:
      return "32";
    case Color::kYellow:
      return "33";
    case Color::kRed:
      return "31";
    case Color::kCyan:
      return "36";
  }
  return "";
}

Painter PainterOf(ColorMode mode, int descriptor) {
  if (mode != ColorMode::kAuto) return Painter(mode == ColorMode::kAlways);
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
  const char* terminal = std::getenv("TERM");
  const bool wanted = no_color == nullptr || *no_color == '\0';
  const bool able = terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
  return Painter(wanted && able && isatty(descriptor) == 1);
}

void Flush() {
  if (std::fflush(stdout) != 0 && write_error == 0) write_error = errno;
}

}  // namespace

std::string Painter::operator()(Color color, std::string_view text) const {
  if (!on_ || color == Color::kPlain || text.empty()) return std::string(text);
  std::string out = "\x1b[";
  out += Code(color);
  out += 'm';
  out += text;
  out += "\x1b[0m";
  return out;
}

Painter StdoutPainter(ColorMode mode) { return PainterOf(mode, STDOUT_FILENO); }
Painter StderrPainter(ColorMode mode) { return PainterOf(mode, STDERR_FILENO); }

void Print(std::string_view text) {
  if (write_error != 0) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) write_error = errno;
}

bool FinishOutput() {
  Flush();
  if (write_error == 0 || write_error == EPIPE) return true;
  Complain(std::string("cannot write the answer: ") + std::strerror(write_error));
  return false;
}

bool OutputClosed() { return write_error != 0; }

void Complain(std::string_view text) { Note("kgw: " + std::string(text)); }

void Note(std::string_view text) {
  Flush();  // what was said before comes first
  const std::string line = std::string(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace kgw::cli
