// One object of a job request, read field by field.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "berth/problem.hpp"

namespace berth {

// Reading asks for fields by name; what is wrong with one goes to `problems` by its path
// ("ray.workers[0].cpu"), and its fallback is given instead, so that reading always goes on and all
// problems are found at once. The fields that were asked for are also the list of those that exist:
// `refuse_others` makes a problem of every other one, with the nearest right name. Borrows the JSON
// and the problems. [any, one thread at a time]
class Section {
 public:
  Section(const nlohmann::json& object, std::string path, problems& found);

  bool has(std::string_view field);  // there, and not null
  std::string path_of(std::string_view field) const;
  void refuse(std::string_view field, std::string message, std::string hint = {});

  std::string text(std::string_view field, std::string_view fallback);
  std::int64_t whole(std::string_view field, std::int64_t fallback, std::int64_t least,
                     std::int64_t most);
  // Quantities as in Kubernetes: a number, or a text such as "500m" or "16Gi".
  std::int64_t milli(std::string_view field, std::int64_t fallback);
  std::int64_t bytes(std::string_view field, std::int64_t fallback);
  // A list of texts; one text alone is a list of one.
  std::vector<std::string> texts(std::string_view field);
  // Numbers, true and false are taken as they are written.
  std::map<std::string, std::string> text_map(std::string_view field);
  // An object within; null when it is absent or no object.
  std::optional<Section> section(std::string_view field);
  std::vector<Section> sections(std::string_view field);
  // An object within as it is written, for those who know it better; null when there is none.
  const nlohmann::json* object(std::string_view field);
  problems& found() { return *problems_; }

  void refuse_others();

 private:
  const nlohmann::json* find(std::string_view field);
  std::int64_t quantity(std::string_view field, std::int64_t fallback, double scale);
  void refuse_type(std::string_view field, std::string_view wanted);

  const nlohmann::json* object_;
  std::string path_;
  problems* problems_;
  std::vector<std::string> asked_;
};

}  // namespace berth
