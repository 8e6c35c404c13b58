// cli/terminal.h - what goes to the terminal, and in which color.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kgw::cli {

enum class ColorMode : uint8_t { kAuto, kAlways, kNever };

enum class Color : uint8_t { kPlain, kBold, kDim, kGreen, kYellow, kRed, kCyan };

// Puts texts into color, or leaves them alone.
class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}
  std::string operator()(Color color, std::string_view text) const;

 private:
  bool on_;
};

// In color if the mode says so; kAuto: if the stream is a terminal and NO_COLOR is not set.
Painter StdoutPainter(ColorMode mode);
Painter StderrPainter(ColorMode mode);

// The answer. What cannot be written is dropped: see FinishOutput().
void Print(std::string_view text);

// Flushes the answer. False, after a word on stderr, if some of it was lost; a reader that went
// away ("kgw routes | head") is no loss.
bool FinishOutput();

// True once nobody reads the answer any more: long work may stop.
bool OutputClosed();

// "kgw: ..." on stderr.
void Complain(std::string_view text);

// A line on stderr.
void Note(std::string_view text);

}  // namespace kgw::cli
