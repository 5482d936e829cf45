// `-o`: an answer for people, or exact for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace berth {

enum class OutputForm { kTable, kWide, kName, kJson, kYaml };

inline const std::vector<std::string> kOutputForms{"table", "wide", "name", "json", "yaml"};

OutputForm output_form(const std::string& name);  // of kOutputForms; table for any other

std::string pretty_json(const nlohmann::json& value);  // with its end of line
std::string yaml_text(const nlohmann::json& value);    // with its end of line

}  // namespace berth
