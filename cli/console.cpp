#include "cli/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "cli/printable.hpp"

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
      return "\x1b[0m";
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

// A tint within a text is one byte that is in no UTF-8, and so in no answer of berthd: only what is
// ours becomes a terminal's code.
constexpr unsigned char kFirstMark = 0xF8;

char mark_of(Tint tint) { return static_cast<char>(kFirstMark + static_cast<int>(tint)); }

bool is_mark(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= kFirstMark && byte <= static_cast<unsigned char>(mark_of(Tint::kBold));
}

Tint tint_of(char mark) {
  return static_cast<Tint>(static_cast<unsigned char>(mark) - kFirstMark);
}

bool begins_character(char c) {
  return !is_mark(c) && (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::string printable_but_marks(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto mark = std::find_if(text.begin(), text.end(), is_mark);
    const auto size = static_cast<std::size_t>(mark - text.begin());
    shown += printable(text.substr(0, size));
    if (mark != text.end()) shown += *mark;
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return shown;
}

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
  if (!live_.empty()) out_ << "\r\x1b[K";
  live_.clear();
}

void Console::line(std::string_view text) {
  clear_live();
  out_ << coloured(printable_but_marks(text)) << '\n' << std::flush;
}

void Console::lines(std::string_view text) {
  clear_live();
  out_ << coloured(printable_but_marks(text)) << std::flush;
}

void Console::raw(std::string_view text) {
  clear_live();
  out_ << text << std::flush;
}

void Console::note(std::string_view text) {
  clear_live();
  out_ << std::flush;
  err_ << printable(text) << '\n' << std::flush;
}

void Console::live(std::string_view text) {
  if (!form_.is_terminal || live_ == text) return;
  const std::size_t room = form_.width > 1 ? static_cast<std::size_t>(form_.width) - 1 : 79;
  out_ << "\r\x1b[K" << coloured(cut_to_width(printable_but_marks(text), room)) << std::flush;
  live_ = text;
}

std::string Console::tinted(Tint tint, std::string_view text) const {
  if (!form_.has_colours || tint == Tint::kNone) return std::string(text);
  return mark_of(tint) + std::string(text) + mark_of(Tint::kNone);
}

// What was cut within a tint ends it all the same.
std::string Console::coloured(std::string_view text) const {
  std::string shown;
  Tint tint = Tint::kNone;
  for (const char c : text) {
    if (!is_mark(c)) {
      shown += c;
    } else if (form_.has_colours) {
      tint = tint_of(c);
      shown += tint_code(tint);
    }
  }
  if (tint != Tint::kNone) shown += tint_code(Tint::kNone);
  return shown;
}

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
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
