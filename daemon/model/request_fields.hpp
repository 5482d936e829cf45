// The fields of one JSON object of a request, read one by one; what is wrong is gathered by path.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace berth {

// A reader gives `otherwise` or an empty value when the field is absent, null or wrong. Fields that
// nobody read are refused by `refuse_others`. Borrows the JSON, the problems and the names. [io]
class RequestFields {
 public:
  // `path` empty: the request itself. `object` null: as if it had no fields.
  RequestFields(std::vector<Problem>& problems, const nlohmann::json* object, std::string path);

  const nlohmann::json* find(std::string_view name);  // null: absent, or JSON's null
  std::string text(std::string_view name, std::string_view otherwise = {});
  std::string name(std::string_view field, std::string_view otherwise = {});
  bool flag(std::string_view name);
  std::int64_t whole(std::string_view name, std::int64_t otherwise, std::int64_t least,
                     std::int64_t most);
  std::int64_t duration_ms(std::string_view name);  // -1: absent
  std::string choice(std::string_view name, const std::vector<std::string>& choices);
  std::vector<std::string> texts(std::string_view name);  // a list, or one text alone
  std::map<std::string, std::string> labels(std::string_view name);
  std::map<std::string, std::vector<std::string>> label_lists(std::string_view name);

  RequestFields object(std::string_view name);
  std::vector<RequestFields> objects(std::string_view name);  // of a list

  void require(std::string_view name);  // a problem when it is absent, null or empty text
  void refuse(std::string_view name, std::string message, std::string hint = {});
  // A problem with the nearest of `words`, for a word that must be one of them.
  void refuse_word(std::string_view path, const std::string& word, std::string_view what,
                   const std::vector<std::string>& words);
  void refuse_others(const std::vector<std::string>& also_known = {});

  const std::string& path() const { return path_; }
  std::string path_of(std::string_view name) const;

 private:
  const std::string* text_at(const nlohmann::json& value, const std::string& path);
  std::vector<std::string> texts_at(const nlohmann::json& value, const std::string& path);
  template <typename Each>
  void each_label(std::string_view name, Each each);
  void add(std::string path, std::string message, std::string hint = {});

  std::vector<Problem>* problems_;
  const nlohmann::json* object_;
  std::string path_;
  std::vector<std::string_view> asked_;
};

}  // namespace berth
