// Text in the language of manual pages.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// One page, piece by piece. What is given is plain text.
class RoffPage {
 public:
  RoffPage(std::string_view name, std::string_view section, std::string_view what);

  void heading(std::string_view text);
  void subheading(std::string_view text);
  void paragraph(std::string_view text);
  void item(std::string_view term, std::string_view text);  // the term in bold, the text beside it
  void as_it_is(std::string_view lines);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace berth
