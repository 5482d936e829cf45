#include "scheduler/job_facts.hpp"

#include <algorithm>

namespace berth {
namespace {

std::vector<berth_id> ids_of(const std::vector<std::string>& texts, const Interns& interns) {
  std::vector<berth_id> ids;
  ids.reserve(texts.size());
  for (const std::string& text : texts) ids.push_back(interns.look_up(text));
  return ids;
}

std::vector<berth_amount> amounts_of(const std::map<std::string, std::int64_t>& extra,
                                     const Interns& interns) {
  std::vector<berth_amount> amounts;
  for (const auto& [name, milli] : extra) amounts.push_back({interns.look_up(name), 0, milli});
  std::sort(amounts.begin(), amounts.end(),
            [](const berth_amount& a, const berth_amount& b) { return a.resource < b.resource; });
  return amounts;
}

}  // namespace

JobFacts::JobFacts(const Asker& asker, const Interns& interns, std::int64_t now_ms) {
  const JobClass& wanted = *asker.wanted;
  record_.size = sizeof record_;
  record_.now_ms = now_ms;
  record_.project = interns.look_up(wanted.project);
  record_.owner = interns.look_up(asker.owner);
  record_.type = interns.look_up(wanted.type);
  record_.flags = wanted.preemptible ? BERTH_JOB_PREEMPTIBLE : 0;
  record_.priority = asker.priority;
  add_groups(wanted, interns);
  formats_ = ids_of(asker.formats, interns);
  record_.formats = formats_.data();
  record_.format_count = formats_.size();
  add_affinities(wanted, interns);
}

void JobFacts::add_groups(const JobClass& wanted, const Interns& interns) {
  for (const Group& group : wanted.groups) {
    skus_.push_back(ids_of(group.skus, interns));
    extras_.push_back(amounts_of(group.extra, interns));
    groups_.push_back({sizeof(berth_group),
                       {group.name.data(), group.name.size()},
                       group.count,
                       group.cpu_milli,
                       group.memory_bytes,
                       group.gpu_milli,
                       skus_.back().data(),
                       skus_.back().size(),
                       extras_.back().data(),
                       extras_.back().size()});
    record_.cpu_milli += group.count * group.cpu_milli;
    record_.memory_bytes += group.count * group.memory_bytes;
    record_.gpu_milli += group.count * group.gpu_milli;
  }
  record_.groups = groups_.data();
  record_.group_count = groups_.size();
  record_.group_stride = sizeof(berth_group);
}

void JobFacts::add_affinities(const JobClass& wanted, const Interns& interns) {
  regions_ = ids_of(wanted.regions, interns);
  zones_ = ids_of(wanted.zones, interns);
  for (const Expression& expression : wanted.expressions) {
    values_.push_back(ids_of(expression.values, interns));
    expressions_.push_back({sizeof(berth_expression), interns.look_up(expression.key),
                            static_cast<berth_operator>(expression.op), values_.back().data(),
                            values_.back().size()});
  }
  for (const Preference& wish : wanted.preferences) {
    preferences_.push_back({{interns.look_up(wish.key), interns.look_up(wish.value)}, wish.weight});
  }
  record_.regions = regions_.data();
  record_.region_count = regions_.size();
  record_.zones = zones_.data();
  record_.zone_count = zones_.size();
  record_.expressions = expressions_.data();
  record_.expression_count = expressions_.size();
  record_.expression_stride = sizeof(berth_expression);
  record_.preferences = preferences_.data();
  record_.preference_count = preferences_.size();
}

}  // namespace berth
