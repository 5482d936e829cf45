// Job files in TOML.
#include <toml++/toml.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/job_document.hpp"
#include "config/toml_depth.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kPathBytesMax = 64 << 20;

struct BadToml {
  int line;
  std::string message;
};

class TomlReader {
 public:
  explicit TomlReader(JobDocument& document) : document_(document) {}

  Json object(const toml::table& table, const std::string& path) {
    Json object = Json::object();
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      object[name] = value(node, path.empty() ? name : path + "." + name);
    }
    return object;
  }

 private:
  Json list(const toml::array& array, const std::string& path) {
    Json list = Json::array();
    for (const toml::node& node : array)
      list.push_back(value(node, path + "[" + std::to_string(list.size()) + "]"));
    return list;
  }

  Json value(const toml::node& node, const std::string& path) {
    const int line = static_cast<int>(node.source().begin.line);
    path_bytes_ += path.size();
    if (path_bytes_ > kPathBytesMax) throw BadToml{line, "has names that are too long"};
    document_.lines.emplace(path, line);
    if (const auto* table = node.as_table()) return object(*table, path);
    if (const auto* array = node.as_array()) return list(*array, path);
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* whole = node.as_integer()) return whole->get();
    if (const auto* decimal = node.as_floating_point()) return number(decimal->get(), line);
    if (const auto* flag = node.as_boolean()) return flag->get();
    std::ostringstream date;  // JSON has no dates: they are texts there
    node.visit([&date](const auto& value) {
      if constexpr (toml::is_value<decltype(value)>) date << value.get();
    });
    return date.str();
  }

  static Json number(double decimal, int line) {
    if (!std::isfinite(decimal))
      throw BadToml{line, "inf and nan are no numbers that a job can have"};
    return decimal;
  }

  JobDocument& document_;
  std::size_t path_bytes_ = 0;
};

Error bad_file(const std::string& file, int line, const std::string& message) {
  return {"BadFile", file + ":" + std::to_string(line) + ": " + message};
}

}  // namespace

Result<std::vector<JobDocument>> read_toml(const std::string& text, const std::string& file) {
  if (const int line = line_of_too_deep_name(text))
    return bad_file(file, line, "a name has more than " + std::to_string(kNamePartsMax) + " parts");
  try {
    JobDocument document;
    document.file = file;
    document.json = TomlReader(document).object(toml::parse(text), "").dump();
    return std::vector<JobDocument>{document};
  } catch (const BadToml& bad) {
    return bad_file(file, bad.line, bad.message);
  } catch (const toml::parse_error& bad) {
    return bad_file(file, static_cast<int>(bad.source().begin.line),
                    std::string(bad.description()));
  }
}

}  // namespace berth
