// Sites, pools and jobs in a line each, so that a test says only what it is about.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/site.hpp"
#include "model/job.hpp"
#include "plugins/backend.hpp"

namespace berth {

inline constexpr std::int64_t kGibi = 1LL << 30;

// A pool as the site names it and as its cluster reports it. Shared, on "west", one node of 16 cpu
// and 64 GiB, unless said otherwise.
class PoolBuilder {
 public:
  explicit PoolBuilder(std::string name) {
    setting_.name = std::move(name);
    setting_.cluster = "west";
  }
  PoolBuilder& on(std::string cluster) { return setting_.cluster = std::move(cluster), *this; }
  PoolBuilder& owned_by(std::string owner) { return setting_.owner = std::move(owner), *this; }
  PoolBuilder& labelled(const std::string& key, std::string value) {
    return setting_.labels[key] = std::move(value), *this;
  }
  PoolBuilder& priced(double price) { return setting_.price = price, *this; }
  PoolBuilder& with_nodes(std::int64_t nodes) { return shape_.nodes = nodes, *this; }
  // Of one node.
  PoolBuilder& with_cpu(std::int64_t cpu) { return shape_.cpu_milli = cpu * 1000, *this; }
  PoolBuilder& with_memory_gibi(std::int64_t gibi) {
    return shape_.memory_bytes = gibi * kGibi, *this;
  }
  PoolBuilder& with_gpus(std::int64_t gpus, std::string sku = "H100") {
    shape_.gpu_milli = gpus * 1000;
    shape_.sku = std::move(sku);
    return *this;
  }
  // Ends one kind of nodes; what is said after is about the next.
  PoolBuilder& and_also() { return shapes_.push_back(shape_), *this; }

  const PoolSetting& setting() const { return setting_; }
  ReportedPool reported() const {
    ReportedPool pool{setting_.name, shapes_};
    pool.shapes.push_back(shape_);
    for (ReportedShape& shape : pool.shapes)
      shape.rooms = {{shape.nodes, shape.cpu_milli, shape.memory_bytes, shape.gpu_milli}};
    return pool;
  }

 private:
  PoolSetting setting_;
  ReportedShape shape_{"", 1, 16'000, 64 * kGibi, 0, {}};
  std::vector<ReportedShape> shapes_;
};

inline PoolBuilder a_pool(std::string name) { return PoolBuilder(std::move(name)); }

// A site whose tree is ai > applied-ai > eta, with ops beside it; each owner has a project of its
// own name. Clusters appear with their pools.
class SiteBuilder {
 public:
  SiteBuilder() {
    for (const auto& [name, parent] : std::vector<std::pair<std::string, std::string>>{
             {"ai", ""}, {"applied-ai", "ai"}, {"eta", "applied-ai"}, {"ops", ""}}) {
      site_.owners.push_back({name, parent, ""});
      site_.projects.push_back({name, name});
    }
  }
  SiteBuilder& with(const PoolBuilder& pool) {
    const std::string& cluster = pool.setting().cluster;
    if (site_.cluster(cluster) == nullptr) site_.clusters.push_back({cluster, "fake", "", "", {}});
    site_.pools.push_back(pool.setting());
    reports_.emplace_back(cluster, pool.reported());
    return *this;
  }
  SiteBuilder& with(ClusterSetting cluster) {
    return site_.clusters.push_back(std::move(cluster)), *this;
  }

  const Site& site() const { return site_; }
  Site& site() { return site_; }
  // What the cluster of that name says it has.
  std::vector<ReportedPool> reported_by(const std::string& cluster) const {
    std::vector<ReportedPool> reports;
    for (const auto& [name, report] : reports_) {
      if (name == cluster) reports.push_back(report);
    }
    return reports;
  }

 private:
  Site site_;
  std::vector<std::pair<std::string, ReportedPool>> reports_;
};

inline SiteBuilder a_site() { return {}; }

// `count` members with as much each.
inline Group a_group(std::int64_t count, std::int64_t cpu, std::int64_t gpus = 0,
                     std::vector<std::string> skus = {}) {
  Group group;
  group.name = "main";
  group.count = count;
  group.cpu_milli = cpu * 1000;
  group.gpu_milli = gpus * 1000;
  group.skus = std::move(skus);
  return group;
}

// A job of project eta and type "sim" that wants one member with 1 cpu, unless said otherwise.
class JobBuilder {
 public:
  JobBuilder() {
    wanted_.type = "sim";
    wanted_.project = "eta";
    wanted_.groups = {a_group(1, 1)};
    job_.name = "train";
    job_.owner = "eta";
    job_.user = "maria";
    job_.retry_on = {"NodeLost", "ClusterLost", "Preempted"};
  }
  JobBuilder& of(std::string project) {
    job_.owner = project;
    return wanted_.project = std::move(project), *this;
  }
  JobBuilder& of_type(std::string type) { return wanted_.type = std::move(type), *this; }
  JobBuilder& wants(std::vector<Group> groups) {
    return wanted_.groups = std::move(groups), *this;
  }
  JobBuilder& in_pool(std::string pool) { return wanted_.pool = std::move(pool), *this; }
  JobBuilder& in_cluster(std::string name) { return wanted_.cluster = std::move(name), *this; }
  JobBuilder& with_priority(std::int64_t priority) { return job_.priority = priority, *this; }
  JobBuilder& not_in(std::string pool) {
    return job_.excluded_pools.push_back(std::move(pool)), *this;
  }
  JobBuilder& with_start_deadline_ms(std::int64_t ms) {
    return job_.start_deadline_ms = ms, *this;
  }
  JobBuilder& with_run_deadline_ms(std::int64_t ms) { return job_.run_deadline_ms = ms, *this; }
  JobBuilder& with_retries(std::int64_t limit) { return job_.retry_limit = limit, *this; }
  JobBuilder& retried_on(std::vector<std::string> reasons) {
    return job_.retry_on = std::move(reasons), *this;
  }
  JobBuilder& on_cluster_lost(OnClusterLost choice) {
    return job_.on_cluster_lost = choice, *this;
  }

  std::shared_ptr<const JobClass> wanted() const {
    return std::make_shared<const JobClass>(wanted_);
  }
  Job job() const {
    Job job = job_;
    job.wanted = wanted();
    return job;
  }

 private:
  JobClass wanted_;
  Job job_;
};

inline JobBuilder a_job() { return {}; }

}  // namespace berth
