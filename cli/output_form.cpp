#include "cli/output_form.hpp"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

#include "cli/printable.hpp"
#include "cli/yaml_scalar.hpp"

namespace berth {
namespace {

// A text that a reader would take for a number or a truth value is quoted.
void emit_text(YAML::Emitter& out, const std::string& text) {
  const auto read_back = plain_yaml_value(text);
  if (!read_back || !read_back->is_string()) out << YAML::DoubleQuoted;
  // Exact, and harmless for a terminal all the same.
  if (printable(text) != text) out << YAML::DoubleQuoted << YAML::EscapeNonAscii;
  out << text;
}

void emit(YAML::Emitter& out, const nlohmann::json& value) {
  if (value.is_object()) {
    if (value.empty()) out << YAML::Flow;
    out << YAML::BeginMap;
    for (const auto& [name, member] : value.items()) {
      out << YAML::Key;
      emit_text(out, name);
      out << YAML::Value;
      emit(out, member);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    if (value.empty()) out << YAML::Flow;
    out << YAML::BeginSeq;
    for (const auto& item : value) emit(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    emit_text(out, value.get<std::string>());
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << value.dump();
  }
}

}  // namespace

OutputForm output_form(const std::string& name) {
  if (name == "wide") return OutputForm::kWide;
  if (name == "name") return OutputForm::kName;
  if (name == "json") return OutputForm::kJson;
  if (name == "yaml") return OutputForm::kYaml;
  return OutputForm::kTable;
}

std::string pretty_json(const nlohmann::json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string yaml_text(const nlohmann::json& value) {
  YAML::Emitter out;
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

}  // namespace berth
