// Every setting of a site file: one table for reading, for defaults, for "no such setting", and for
// the test that holds etc/berth.toml to the code.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

enum class SettingType : std::uint8_t {
  kText,
  kName,    // of an owner, a cluster, a plugin: letters, digits, "-", "_", "."
  kPath,    // relative to the site file's folder
  kChoice,  // one of the words in `unit`
  kBoolean,
  kInteger,
  kNumber,
  kDuration,  // "30m"
  kMilli,     // "500m" or 1.5, read as thousandths
  kBytes,     // "16Gi" or a number
  kTexts,
  kNames,
  kLabels,  // a table of text
  kTable,   // settings of its own, listed under the scope "SCOPE.NAME"
  kTables,  // a list of such tables: "SCOPE.NAME[]"
};

enum class Presence : std::uint8_t {
  kRequired,
  kDefault,   // `fallback` is TOML, read as if it stood in the file
  kOptional,  // `fallback` is words: what happens without it
};

struct Setting {
  std::string_view scope;  // "limits", "pools.NAME", "pools.NAME.nodes[]"; empty: the file itself
  std::string_view name;
  SettingType type;
  Presence presence;
  std::string_view fallback;
  std::string_view unit;
  std::string_view help;  // one sentence or two
  double least = 0;       // of numbers, in the unit as read
  double most = 0;        // 0: no limit
};

std::span<const Setting> all_settings();  // in the order of the manual [any]

// Null: no such setting. [any]
const Setting* find_setting(std::string_view scope, std::string_view name);

std::vector<std::string> setting_names(std::string_view scope);  // [any]

// "threads, 1 to 64", "a folder; required": what the manual says beside a setting. The default is
// said where the value that is shown is another one. [any]
std::string setting_note(const Setting& setting, bool say_default);

}  // namespace berth
