// Members of a JSON answer, read strictly: what is of another kind than its form says is an
// AnswerFault. For .cpp files only, as it includes the whole of the JSON library.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace berth {

// Thrown and caught within the file that parses an answer.
struct AnswerFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Absent and null members count as empty; members that are not asked for are ignored.
inline const nlohmann::json& member(const nlohmann::json& object, const char* name) {
  static const nlohmann::json nothing;
  if (!object.is_object()) throw AnswerFault("is no JSON object where one belongs");
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

inline std::string text_member(const nlohmann::json& object, const char* name) {
  const nlohmann::json& value = member(object, name);
  if (value.is_null()) return {};
  if (!value.is_string()) throw AnswerFault(std::string("has a \"") + name + "\" that is no text");
  return value.get<std::string>();
}

inline std::int64_t integer_member(const nlohmann::json& object, const char* name,
                                   std::int64_t otherwise = 0) {
  const nlohmann::json& value = member(object, name);
  if (value.is_null()) return otherwise;
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()
                        : value.is_number_integer();
  if (!fits) throw AnswerFault(std::string("has a \"") + name + "\" that is no whole number");
  return value.get<std::int64_t>();
}

// An amount or a count: 0 or more.
inline std::int64_t amount_member(const nlohmann::json& object, const char* name) {
  const std::int64_t amount = integer_member(object, name);
  if (amount < 0) throw AnswerFault(std::string("has a \"") + name + "\" below 0");
  return amount;
}

inline int small_member(const nlohmann::json& object, const char* name) {
  const std::int64_t number = integer_member(object, name);
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max())
    throw AnswerFault(std::string("has a \"") + name + "\" that is out of range");
  return static_cast<int>(number);
}

inline bool truth_member(const nlohmann::json& object, const char* name, bool otherwise = false) {
  const nlohmann::json& value = member(object, name);
  if (value.is_null()) return otherwise;
  if (!value.is_boolean())
    throw AnswerFault(std::string("has a \"") + name + "\" that is neither true nor false");
  return value.get<bool>();
}

// An array to walk through; an absent one is empty.
inline const nlohmann::json& array_member(const nlohmann::json& object, const char* name) {
  static const nlohmann::json empty = nlohmann::json::array();
  const nlohmann::json& value = member(object, name);
  if (value.is_null()) return empty;
  if (!value.is_array()) throw AnswerFault(std::string("has a \"") + name + "\" that is no list");
  return value;
}

// An object; an absent one is empty.
inline const nlohmann::json& object_member(const nlohmann::json& object, const char* name) {
  static const nlohmann::json empty = nlohmann::json::object();
  const nlohmann::json& value = member(object, name);
  if (value.is_null()) return empty;
  if (!value.is_object())
    throw AnswerFault(std::string("has a \"") + name + "\" that is no object");
  return value;
}

// Parses an answer. Throws AnswerFault when it is no JSON.
nlohmann::json parse_answer(std::string_view text);

// What `read` makes of the parsed answer. Errors: "BadAnswer", whose message goes on from "the
// answer ".
template <typename Read>
auto read_answer(std::string_view text, Read&& read)
    -> Result<decltype(read(std::declval<const nlohmann::json&>()))> {
  try {
    return read(parse_answer(text));
  } catch (const AnswerFault& fault) {
    return Error{"BadAnswer", fault.what()};
  } catch (const nlohmann::json::exception& fault) {
    return Error{"BadAnswer", std::string("is of another form: ") + fault.what()};
  }
}

// `object` as text with one more member, whose value is JSON text already: large values are put in
// without being parsed again. Empty text stands for null.
std::string with_member(std::string object, const char* name, std::string_view json);

}  // namespace berth
