// Builds jobs for tests: a_job().with_group("worker", 4, {.cpu = 8, .gpu = 1}, {"H100"})
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "berth/abi.h"
#include "berth/testing/amounts.hpp"
#include "berth/testing/fake_host.hpp"

namespace berth::testing {

// A job's C record with everything that it points to.
class JobRecord {
 public:
  const berth_job* get() const { return &record_; }

 private:
  friend class JobBuilder;

  berth_job record_{};
  std::vector<std::string> group_names_;
  std::vector<std::vector<berth_id>> id_lists_;
  std::vector<std::vector<berth_amount>> extras_;
  std::vector<berth_group> groups_;
  std::vector<berth_expression> expressions_;
  std::vector<berth_preference> preferences_;
};

// What is not said is absent; totals are the sums over the groups.
class JobBuilder {
 public:
  // `count` members, each needing so much, on any of `skus`.
  JobBuilder with_group(std::string group_name, std::int64_t count, Amounts each,
                        std::vector<std::string> skus = {}) const {
    return changed([&](JobBuilder& job) {
      job.groups_.push_back({std::move(group_name), count, std::move(each), std::move(skus)});
    });
  }
  JobBuilder in_regions(std::vector<std::string> regions) const {
    return changed([&](JobBuilder& job) { job.regions_ = std::move(regions); });
  }
  JobBuilder in_zones(std::vector<std::string> zones) const {
    return changed([&](JobBuilder& job) { job.zones_ = std::move(zones); });
  }
  // BERTH_OP_IN, BERTH_OP_NOT_IN, BERTH_OP_EXISTS or BERTH_OP_DOES_NOT_EXIST.
  JobBuilder requiring(std::string key, berth_operator op,
                       std::vector<std::string> values = {}) const {
    return changed([&](JobBuilder& job) {
      job.expressions_.push_back({std::move(key), op, std::move(values)});
    });
  }
  JobBuilder preferring(std::string key, std::string value, std::int64_t weight) const {
    return changed([&](JobBuilder& job) {
      job.preferences_.push_back({std::move(key), std::move(value), weight});
    });
  }
  JobBuilder rendering(std::string format) const {
    return changed([&](JobBuilder& job) { job.formats_.push_back(std::move(format)); });
  }
  JobBuilder of_project(std::string project) const {
    return changed([&](JobBuilder& job) { job.project_ = std::move(project); });
  }
  JobBuilder of_owner(std::string owner) const {
    return changed([&](JobBuilder& job) { job.owner_ = std::move(owner); });
  }
  JobBuilder of_type(std::string type) const {
    return changed([&](JobBuilder& job) { job.type_ = std::move(type); });
  }
  JobBuilder with_priority(std::int64_t priority) const {
    return changed([&](JobBuilder& job) { job.priority_ = priority; });
  }
  JobBuilder preemptible() const {
    return changed([&](JobBuilder& job) { job.flags_ |= BERTH_JOB_PREEMPTIBLE; });
  }
  JobBuilder decided_at(std::int64_t now_ms) const {
    return changed([&](JobBuilder& job) { job.now_ms_ = now_ms; });
  }

  // The record, its texts looked up in `host`: build the pools first, as the daemon does.
  std::unique_ptr<JobRecord> build(const FakeHost& host) const {
    auto built = std::make_unique<JobRecord>();
    fill_self(*built, host);
    fill_groups(*built, host);
    fill_wishes(*built, host);
    return built;
  }

 private:
  struct Group {
    std::string name;
    std::int64_t count;
    Amounts each;
    std::vector<std::string> skus;
  };
  struct Expression {
    std::string key;
    berth_operator op;
    std::vector<std::string> values;
  };
  struct Preference {
    std::string key;
    std::string value;
    std::int64_t weight;
  };

  template <typename Change>
  JobBuilder changed(Change change) const {
    JobBuilder copy = *this;
    change(copy);
    return copy;
  }

  static const std::vector<berth_id>& look_up(JobRecord& built, const FakeHost& host,
                                              const std::vector<std::string>& texts) {
    std::vector<berth_id>& ids = built.id_lists_.emplace_back();
    for (const std::string& text : texts) ids.push_back(host.lookup(text));
    return ids;
  }

  void fill_self(JobRecord& built, const FakeHost& host) const {
    berth_job& job = built.record_;
    job.size = sizeof(berth_job);
    job.now_ms = now_ms_;
    job.project = host.lookup(project_);
    job.owner = host.lookup(owner_);
    job.type = host.lookup(type_);
    job.flags = flags_;
    job.priority = priority_;
    const auto& formats = look_up(built, host, formats_);
    job.formats = formats.data();
    job.format_count = formats.size();
    const auto& regions = look_up(built, host, regions_);
    job.regions = regions.data();
    job.region_count = regions.size();
    const auto& zones = look_up(built, host, zones_);
    job.zones = zones.data();
    job.zone_count = zones.size();
  }

  void fill_groups(JobRecord& built, const FakeHost& host) const {
    const auto id_of = [&](const std::string& resource) { return host.lookup(resource); };
    built.group_names_.reserve(groups_.size());
    for (const Group& group : groups_) {
      const std::string& text = built.group_names_.emplace_back(group.name);
      const auto& skus = look_up(built, host, group.skus);
      const auto& extra = built.extras_.emplace_back(extra_amounts(group.each, id_of));
      built.groups_.push_back({sizeof(berth_group),
                               {text.data(), text.size()},
                               group.count,
                               group.each.cpu_milli(),
                               group.each.memory_bytes(),
                               group.each.gpu_milli(),
                               skus.data(),
                               skus.size(),
                               extra.data(),
                               extra.size()});
      built.record_.cpu_milli += group.count * group.each.cpu_milli();
      built.record_.memory_bytes += group.count * group.each.memory_bytes();
      built.record_.gpu_milli += group.count * group.each.gpu_milli();
    }
    built.record_.groups = built.groups_.data();
    built.record_.group_count = built.groups_.size();
    built.record_.group_stride = sizeof(berth_group);
  }

  void fill_wishes(JobRecord& built, const FakeHost& host) const {
    for (const Expression& one : expressions_) {
      const auto& values = look_up(built, host, one.values);
      built.expressions_.push_back(
          {sizeof(berth_expression), host.lookup(one.key), one.op, values.data(), values.size()});
    }
    for (const Preference& one : preferences_) {
      built.preferences_.push_back({{host.lookup(one.key), host.lookup(one.value)}, one.weight});
    }
    berth_job& job = built.record_;
    job.expressions = built.expressions_.data();
    job.expression_count = built.expressions_.size();
    job.expression_stride = sizeof(berth_expression);
    job.preferences = built.preferences_.data();
    job.preference_count = built.preferences_.size();
  }

  std::string project_;
  std::string owner_;
  std::string type_;
  std::uint32_t flags_ = 0;
  std::int64_t priority_ = 0;
  std::int64_t now_ms_ = 0;
  std::vector<Group> groups_;
  std::vector<std::string> formats_;
  std::vector<std::string> regions_;
  std::vector<std::string> zones_;
  std::vector<Expression> expressions_;
  std::vector<Preference> preferences_;
};

inline JobBuilder a_job() { return {}; }

}  // namespace berth::testing
