// A reply's fields, read so that one that is missing or of another type is empty and not the end:
// a daemon may be older or newer than its command line.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace berth {

const nlohmann::json& field(const nlohmann::json& object, std::string_view name);  // or null
std::string text_field(const nlohmann::json& object, std::string_view name);       // or ""
std::int64_t number_field(const nlohmann::json& object, std::string_view name,
                          std::int64_t otherwise = 0);
double fraction_field(const nlohmann::json& object, std::string_view name);
bool flag_field(const nlohmann::json& object, std::string_view name);

}  // namespace berth
