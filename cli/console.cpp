#include "cli/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <ostream>

namespace berth {
namespace {

constexpr int kUsualWidth = 80;

int terminal_width() {
  if (const char* columns = std::getenv("COLUMNS")) {
    const int width = std::atoi(columns);
    if (width > 0) return width;
  }
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsualWidth;
}

std::string_view tint_code(Tint tint) {
  switch (tint) {
    case Tint::kNone:
      return "";
    case Tint::kGood:
      return "\x1b[32m";
    case Tint::kBad:
      return "\x1b[31m";
    case Tint::kBusy:
      return "\x1b[33m";
    case Tint::kFaint:
      return "\x1b[2m";
    case Tint::kBold:
      return "\x1b[1m";
  }
  return "";
}

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

ConsoleForm console_form() {
  ConsoleForm form;
  form.is_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (!form.is_terminal) return form;
  const char* no_color = std::getenv("NO_COLOR");
  form.has_colours = no_color == nullptr || *no_color == '\0';
  form.width = terminal_width();
  return form;
}

Console::Console(std::ostream& out, std::ostream& err, ConsoleForm form)
    : out_(out), err_(err), form_(form) {}

void Console::clear_live() {
  if (has_live_) out_ << "\r\x1b[K";
  has_live_ = false;
}

void Console::line(std::string_view text) {
  clear_live();
  out_ << text << '\n' << std::flush;
}

void Console::raw(std::string_view text) {
  clear_live();
  out_ << text << std::flush;
}

void Console::note(std::string_view text) {
  clear_live();
  out_ << std::flush;
  err_ << text << '\n' << std::flush;
}

void Console::live(std::string_view text) {
  if (!form_.is_terminal) return;
  const std::size_t room = form_.width > 1 ? static_cast<std::size_t>(form_.width) - 1 : 79;
  out_ << "\r\x1b[K" << cut_to_width(text, room) << std::flush;
  has_live_ = true;
}

std::string Console::tinted(Tint tint, std::string_view text) const {
  if (!form_.has_colours || tint == Tint::kNone) return std::string(text);
  return std::string(tint_code(tint)) + std::string(text) + "\x1b[0m";
}

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  bool in_tint = false;
  for (const char c : text) {
    in_tint = in_tint || c == '\x1b';
    if (!in_tint && begins_character(c)) ++width;
    if (c == 'm') in_tint = false;
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    if (begins_character(text[end]) && ++seen == width) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  const std::size_t has = text_width(text);
  if (has < width) result.append(width - has, ' ');
  return result;
}

}  // namespace berth
