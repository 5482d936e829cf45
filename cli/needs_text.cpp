#include "cli/needs_text.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.hpp"
#include "cli/json_field.hpp"
#include "model/quantity.hpp"

namespace berth {

std::string amounts_text(const nlohmann::json& amounts) {
  std::vector<std::string> words;
  if (const auto cpu = number_field(amounts, "cpu_milli"); cpu != 0)
    words.push_back(milli_text(cpu) + " cpu");
  if (const auto memory = number_field(amounts, "memory_bytes"); memory != 0)
    words.push_back(bytes_text(memory));
  if (const auto gpu = number_field(amounts, "gpu_milli"); gpu != 0)
    words.push_back(milli_text(gpu) + " gpu");
  std::vector<std::string> skus;
  for (const auto& sku : field(amounts, "skus")) {
    if (sku.is_string()) skus.push_back(sku.get<std::string>());
  }
  if (!skus.empty()) words.push_back(join(skus, "|"));
  return words.empty() ? "nothing" : join(words, " ");
}

std::string groups_text(const nlohmann::json& groups) {
  std::vector<std::string> parts;
  for (const auto& group : groups) {
    const auto count = number_field(group, "count", 1);
    const std::string name = text_field(group, "name");
    const std::string each = amounts_text(group);
    parts.push_back(count == 1 ? name + " " + each
                               : std::to_string(count) + " " + name + " x " + each);
  }
  return join(parts, ", ");
}

std::string job_title(const nlohmann::json& job) {
  std::string title = text_field(job, "name");
  if (title.empty()) title = text_field(job, "id");
  if (title.empty()) title = "a job";
  std::vector<std::string> inside;
  if (const auto type = text_field(job, "type"); !type.empty()) inside.push_back(type);
  for (const char* key : {"project", "owner"}) {
    if (const auto value = text_field(job, key); !value.empty())
      inside.push_back(std::string(key) + " " + value);
  }
  if (!inside.empty()) title += " (" + join(inside, ", ") + ")";
  const std::string groups = groups_text(field(job, "groups"));
  return groups.empty() ? title : title + ": " + groups;
}

}  // namespace berth
