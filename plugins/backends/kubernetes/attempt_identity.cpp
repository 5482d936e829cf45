#include "attempt_identity.hpp"

#include <charconv>
#include <stdexcept>

#include "kubernetes_objects/dns_name.hpp"
#include "kubernetes_objects/fields.hpp"
#include "kubernetes_objects/names.hpp"

namespace berth {
namespace {

using nlohmann::json;

std::string label_of(const json& object, std::string_view name) {
  return text_field(object, "metadata", "labels", name);
}

template <typename Number>
Number number_of(const std::string& text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

AttemptKey read_attempt_key(const json& from) {
  AttemptKey key{from.at("job").get<std::string>(), from.at("attempt").get<int>()};
  if (key.job.empty() || !kube::is_label_value(key.job) || key.attempt < 1)
    throw std::invalid_argument("\"" + key.name() + "\" is no name of an attempt");
  return key;
}

std::optional<AttemptKey> attempt_of(const json& object, const Identity& identity) {
  if (label_of(object, kube::kManagedByLabel) != kube::kManagedBy ||
      label_of(object, kube::kInstanceLabel) != identity.instance)
    return std::nullopt;
  const AttemptKey key{label_of(object, kube::kJobLabel),
                       number_of<int>(label_of(object, kube::kAttemptLabel))};
  if (key.job.empty() || key.attempt < 1) return std::nullopt;
  return key;
}

std::string uid_of(const json& object) { return text_field(object, "metadata", "uid"); }

std::int64_t epoch_of(const json& object) {
  return number_of<std::int64_t>(
      text_field(object, "metadata", "annotations", kube::kEpochAnnotation));
}

bool is_going(const json& object) {
  return field(object, "metadata", "deletionTimestamp").is_string();
}

std::string owner_words(const json& object, const Identity& identity) {
  const std::string manager = label_of(object, kube::kManagedByLabel);
  const std::string instance = label_of(object, kube::kInstanceLabel);
  if (manager != kube::kManagedBy || instance.empty())
    return manager.empty() ? "somebody else" : "somebody else (managed by " + manager + ")";
  const std::string job = "job " + label_of(object, kube::kJobLabel) + " attempt " +
                          label_of(object, kube::kAttemptLabel);
  return instance == identity.instance ? job + " of this berthd"
                                       : job + " of another berthd (instance " + instance + ")";
}

std::string selector_of(const Identity& identity) {
  return std::string(kube::kManagedByLabel) + "=" + std::string(kube::kManagedBy) + "," +
         std::string(kube::kInstanceLabel) + "=" + identity.instance;
}

std::string selector_of(const Identity& identity, const AttemptKey& key) {
  return selector_of(identity) + "," + std::string(kube::kJobLabel) + "=" + key.job + "," +
         std::string(kube::kAttemptLabel) + "=" + std::to_string(key.attempt);
}

std::string ResourceRef::text() const {
  return api_version + "/" + kind + "/" + in_namespace + "/" + name;
}

// From its end, for an apiVersion has a slash or none.
std::optional<ResourceRef> ResourceRef::parse(const std::string& text) {
  ResourceRef ref;
  std::string rest = text;
  for (std::string* part : {&ref.name, &ref.in_namespace, &ref.kind}) {
    const std::size_t slash = rest.rfind('/');
    if (slash == std::string::npos) return std::nullopt;
    *part = rest.substr(slash + 1);
    rest.resize(slash);
  }
  ref.api_version = rest;
  if (ref.api_version.empty() || ref.kind.empty() || ref.name.empty()) return std::nullopt;
  return ref;
}

ResourceRef ref_of(const json& object) {
  return {text_field(object, "apiVersion"), text_field(object, "kind"),
          text_field(object, "metadata", "namespace"), text_field(object, "metadata", "name")};
}

}  // namespace berth
