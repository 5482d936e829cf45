// Who waits, in what order.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "model/job_class.hpp"
#include "model/refusal.hpp"

namespace berth {

// Waiting jobs by priority, then age. Jobs of one class are decided alike: once one is refused the
// others are not asked about until `wake`. [loop]
class Queue {
 public:
  // A class, and the pools at which a job has failed: such a job is in a class of its own.
  struct Key {
    std::shared_ptr<const JobClass> wanted;
    std::string excluded;
    bool operator<(const Key& other) const {
      return std::tie(wanted, excluded) < std::tie(other.wanted, other.excluded);
    }
  };

  void add(const std::string& id, Key key, std::int64_t priority, std::int64_t submitted_ms);
  void remove(const std::string& id);
  bool has(const std::string& id) const { return places_.count(id) > 0; }

  // The first job of a class that was not refused since the last `wake`; it stays in the queue.
  std::optional<std::string> next() const;

  // The class of `id` was refused for that. False: its reason is what it was.
  bool refuse(const std::string& id, Refusal refusal);
  // Room was given back, a pool came, a policy changed: every class may be asked about again.
  void wake();

  // Why the class of `id` waits; null: not asked yet, or not in the queue. Jobs that wait for the
  // same share it.
  std::shared_ptr<const Refusal> refusal(const std::string& id) const;

  std::size_t size() const { return places_.size(); }
  // How many wait for each reason; "" is of classes that were not asked about yet.
  std::map<std::string, std::size_t> sizes_by_reason() const;

 private:
  // Highest priority, then oldest, then by id.
  struct Rank {
    std::int64_t minus_priority;
    std::int64_t submitted_ms;
    std::string id;
    auto operator<=>(const Rank&) const = default;
  };
  struct Class {
    std::set<Rank> waiting;
    bool refused = false;
    std::shared_ptr<const Refusal> refusal;
  };
  using Classes = std::map<Key, Class>;
  struct Place {
    Classes::iterator among;
    std::set<Rank>::iterator rank;
  };

  void insert(Classes::iterator among, Rank rank);
  void enlist(const Class& waiting);  // its best job among the heads
  void delist(const Class& waiting);

  Classes classes_;
  std::unordered_map<std::string_view, Place> places_;  // by the id in the rank
  std::set<Rank> heads_;  // the best job of each class that may be asked about
};

}  // namespace berth
