// Who waits, in what order.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "model/job_class.hpp"

namespace berth {

// Why a class of jobs waits, as last decided.
struct Refusal {
  std::string reason;
  std::string message;
};

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

  // The class of `id` was refused. False: its reason is what it was.
  bool refuse(const std::string& id, Refusal refusal);
  // Room was given back, a pool came, a policy changed: every class may be asked about again.
  void wake();

  // Why the class of `id` waits; null: not asked yet, or not in the queue.
  const Refusal* refusal(const std::string& id) const;

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
    std::optional<Refusal> refusal;
  };
  struct Place {
    Key key;
    Rank rank;
  };

  void enlist(Class& waiting);  // its best job among the heads
  void delist(Class& waiting);

  std::map<Key, Class> classes_;
  std::map<std::string, Place> places_;
  std::set<Rank> heads_;  // the best job of each class that may be asked about
};

}  // namespace berth
