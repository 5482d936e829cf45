// One table of a site file, read setting by setting as the schema says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"
#include "config/findings.hpp"
#include "config/schema.hpp"

namespace berth {

// Every reader gives the setting's value, or its default when the file has none or a wrong one;
// what is wrong goes to the findings, so that all of it is said at once. An item of a list that is
// wrong is read as empty text, so that the others keep their places. [any]
class Section {
 public:
  // `scope` as in the schema ("pools.NAME"), `path` as the user wrote it ("pools.gpu-a"), `line` of
  // its heading. The table is borrowed; null: the file has no such section.
  Section(Findings& findings, std::string scope, std::string path, const Table* table, int line);

  std::string text(std::string_view name);
  bool flag(std::string_view name);
  std::int64_t integer(std::string_view name);  // thousandths, bytes or milliseconds for those
  double number(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  std::map<std::string, std::string> labels(std::string_view name);

  Section table(std::string_view name);                  // a section of its own within this one
  std::vector<Section> tables(std::string_view name);    // a list of them
  std::vector<std::pair<std::string, Section>> named();  // [pools.gpu-a] of [pools]; names checked
  Section absent(std::string_view name) const;           // as if [profiles.default] said nothing

  // A problem for each name in a setting, text or list, that is not `known`: "no owner ...".
  void refer(std::string_view name, std::string_view what, const std::vector<std::string>& known);

  void refuse_unknown();                      // a problem for each setting the schema has not
  std::vector<const Entry*> unknown() const;  // those settings

  bool has(std::string_view name) const;
  int line() const { return line_; }
  const std::string& path() const { return path_; }
  int line_of(std::string_view name) const;  // of the heading when the setting is absent
  void wrong(std::string_view name, const std::string& message);  // "pools.gpu-a.owner: MESSAGE"
  void wrong_name(const std::string& message);                    // "pools.gpu-a: MESSAGE"

 private:
  const Setting& setting(std::string_view name) const;
  const Entry* entry(std::string_view name) const;
  std::string place(std::string_view name) const;
  std::string said_of(std::string_view name) const;
  void refer_one(const std::string& path, const Value& value, std::string_view what,
                 const std::vector<std::string>& known);
  const Value* found_or_fallback(const Setting& setting);
  void must(std::string_view name, int line, const std::string& message);
  template <typename T, typename Convert>
  T read(std::string_view name, Convert convert);

  Findings* findings_;
  std::string scope_;
  std::string path_;
  const Table* table_;
  int line_;
};

}  // namespace berth
