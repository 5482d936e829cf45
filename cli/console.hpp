// Where the command line's words go, and what that place can show.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace berth {

enum class Tint { kNone, kGood, kBad, kBusy, kFaint, kBold };

struct ConsoleForm {
  bool is_terminal = false;  // lines may be drawn over
  bool has_colours = false;
  int width = 0;  // columns; 0: no limit
};

// What standard output is: colours only on a terminal and without NO_COLOR; a width only there.
ConsoleForm console_form();

class Console {
 public:
  Console(std::ostream& out, std::ostream& err, ConsoleForm form);

  const ConsoleForm& form() const { return form_; }

  // Words of others cannot steer the terminal: all is made printable but what is raw.
  void line(std::string_view text);   // to standard output, with an end of line
  void lines(std::string_view text);  // which have their ends
  void raw(std::string_view text);    // as it is, at once: a job's output, and what programs read
  void note(std::string_view text);   // to standard error: not part of the answer
  void live(std::string_view text);   // drawn over by whatever comes next; nothing if no terminal

  // For line(), lines() and live(), which make the terminal's codes of it.
  std::string tinted(Tint tint, std::string_view text) const;

 private:
  void clear_live();
  std::string coloured(std::string_view text) const;

  std::ostream& out_;
  std::ostream& err_;
  ConsoleForm form_;
  std::string live_;  // what the line says that the next one takes the place of
};

// Columns that a text takes, counting characters and not bytes; tints take none.
std::size_t text_width(std::string_view text);

// At most `width` columns; what is cut off is marked by an ellipsis.
std::string cut_to_width(std::string_view text, std::size_t width);

// The text and blanks up to `width` columns.
std::string padded(std::string_view text, std::size_t width);

}  // namespace berth
