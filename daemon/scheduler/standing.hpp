// How the candidate pools stand to one class of jobs. Kept from one decision to the next, so that
// only what has changed meanwhile is judged again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scheduler/round.hpp"

namespace berth {

// All of it was found out with one view of the fleet and one `now`.
struct Standing {
  Standing(const Asker& asker, const Interns& interns, std::int64_t now_ms)
      : asker(asker), facts(this->asker, interns, now_ms) {}

  const Asker asker;  // owns what the facts point into
  const JobFacts facts;
  std::string profile;
  OnBusy on_busy = OnBusy::kWait;
  Panel panel;
  std::vector<Tier> tiers;
  std::vector<TierFate> judged;  // of the first of them, as many as had to be asked so far
};

// Standings of the classes that were decided lately; a job that was never decided has a new one.
// [loop]
class Standings {
 public:
  // With another view or another `now` nothing of what is kept holds any more.
  void begin(std::int64_t view, std::int64_t now_ms);
  // Null: none is kept for such an asker.
  Standing* find(const Asker& asker);
  Standing& keep(std::unique_ptr<Standing> standing);
  void drop(const Standing& standing);

 private:
  // Askers that are alike in all that filters and scorers are told.
  struct Key {
    const JobClass* wanted;
    std::int64_t priority;
    std::string owner;
    std::vector<std::string> formats;
    auto operator<=>(const Key&) const = default;
  };
  static Key key_of(const Asker& asker);

  std::map<Key, std::unique_ptr<Standing>> kept_;
  std::size_t fates_ = 0;  // in all that is kept, about
  std::int64_t view_ = -1;
  std::int64_t now_ms_ = -1;
};

}  // namespace berth
