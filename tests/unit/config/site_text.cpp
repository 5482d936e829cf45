#include "site_text.hpp"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>

namespace berth {

TestFolder::TestFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "berth-config-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
  path_ = name;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TestFolder::write(const std::string& name, std::string_view text) const {
  const auto file = path_ / name;
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

SiteCheck read_after_server(std::string_view text) {
  const TestFolder folder;
  return read_site(folder.write("site.toml", "[server]\nstate_dir = \"/s\"\n" + std::string(text)));
}

std::vector<std::string> lines(const SiteCheck& check) {
  std::vector<std::string> all;
  for (const SiteProblem& each : check.problems)
    all.push_back(std::to_string(each.line) + ": " + each.message);
  return all;
}

}  // namespace berth
