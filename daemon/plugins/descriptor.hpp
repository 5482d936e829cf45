// What a library says of its plugins, checked and copied: nothing behind this repeats the checks.
#pragma once

#include <berth/abi.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace berth {

struct OptionRow {
  std::string name;
  std::string help;
  std::optional<std::string> fallback;  // none: the site must set it
  berth_value_type type = BERTH_TEXT;
  bool has_range = false;
  double least = 0;
  double most = 0;
};

struct ReasonRow {
  std::string name;
  std::string text;
};

struct JobTypeTable {
  berth_jobtype_functions functions{};
  std::string section;
  std::vector<std::string> formats;
  std::vector<std::string> manifests;
};

struct BackendTable {
  berth_backend_functions functions{};
  std::vector<std::string> formats;
};

using KindTable =
    std::variant<berth_filter_functions, berth_scorer_functions, JobTypeTable, BackendTable>;

struct Descriptor {
  std::string id;
  std::string version;
  std::string summary;
  berth_kind kind = 0;
  std::vector<OptionRow> options;
  std::map<std::uint32_t, ReasonRow> reasons;
  decltype(berth_plugin::create) create = nullptr;
  decltype(berth_plugin::destroy) destroy = nullptr;
  decltype(berth_plugin::extension) extension = nullptr;  // null: it has none
  KindTable table;
};

std::string kind_name(berth_kind kind);              // "filter"; "kind 9" [any]
std::string value_type_name(berth_value_type type);  // "quantity"; empty for unknown ones [any]

// Reads a module without trusting it; one bad plugin refuses the whole. Errors: "PluginRefused".
Result<std::vector<Descriptor>> read_module(const berth_module* module);

}  // namespace berth
