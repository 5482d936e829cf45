// What berthd was started with.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace berth {

struct Arguments {
  enum class Wish { kServe, kCheck, kVersion, kHelp };
  Wish wish = Wish::kServe;
  std::filesystem::path config;
};

// Without a word about the site file, it is the installed one. Errors: "BadUsage".
Result<Arguments> read_arguments(const std::vector<std::string>& words);

std::string help_text();
std::string version_text();

}  // namespace berth
