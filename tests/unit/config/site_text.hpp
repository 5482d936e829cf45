// Site files for tests: written to a folder that goes away with the test.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/site.hpp"

namespace berth {

class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

// The file's first line is `[server]`, its second `state_dir`; `text` begins on the third.
SiteCheck read_after_server(std::string_view text);

// "3: limits.x: ..." for each problem.
std::vector<std::string> lines(const SiteCheck& check);

}  // namespace berth
