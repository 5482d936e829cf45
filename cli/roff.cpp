#include "cli/roff.hpp"

#include <cctype>

namespace berth {
namespace {

// A line that begins with a dot or a quote would be a request, and a dash would be made a hyphen,
// which nobody can copy to a command line.
std::string escaped(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char letter : text) {
    if (at_start && (letter == '.' || letter == '\'')) out += "\\&";
    if (letter == '\\')
      out += "\\e";
    else if (letter == '-')
      out += "\\-";
    else
      out += letter;
    at_start = letter == '\n';
  }
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

std::string in_capitals(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return out;
}

}  // namespace

RoffPage::RoffPage(std::string_view name, std::string_view section, std::string_view what) {
  text_ = ".TH " + escaped(in_capitals(name)) + " " + std::string(section) + " \"\" \"Berth " +
          BERTH_VERSION + "\" \"Berth\"\n.nh\n";
  heading("Name");
  text_ += escaped(name) + " \\- " + escaped(what) + "\n";
}

void RoffPage::heading(std::string_view text) { text_ += ".SH " + escaped(in_capitals(text)) + "\n"; }

void RoffPage::subheading(std::string_view text) { text_ += ".SS " + escaped(text) + "\n"; }

void RoffPage::paragraph(std::string_view text) { text_ += ".PP\n" + escaped(text) + "\n"; }

void RoffPage::item(std::string_view term, std::string_view text) {
  text_ += ".TP\n.B " + escaped(term) + "\n" + escaped(text) + "\n";
}

void RoffPage::as_it_is(std::string_view lines) {
  text_ += ".PP\n.nf\n" + escaped(lines) + "\n.fi\n";
}

}  // namespace berth
