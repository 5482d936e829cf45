// Holding an answer to what a transcript expects of it.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace berth {

using Names = std::map<std::string, std::string>;  // what {name} stands for

// Empty when `heard` is as `expected`, else where and how it is not. Gives new names their meaning.
std::string mismatch(const nlohmann::json& expected, const nlohmann::json& heard, Names& names,
                     const std::string& path = "");

// `text` with every known {name} replaced.
std::string with_names(std::string text, const Names& names);

}  // namespace berth
