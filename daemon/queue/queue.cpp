#include "queue/queue.hpp"

namespace berth {

void Queue::add(const std::string& id, Key key, std::int64_t priority, std::int64_t submitted_ms) {
  if (has(id)) return;
  const auto among = classes_.try_emplace(std::move(key)).first;
  Rank rank{-priority, submitted_ms, id};
  const Class& waiting = among->second;
  const bool is_best = waiting.waiting.empty() || rank < *waiting.waiting.begin();
  if (is_best) delist(waiting);
  insert(among, std::move(rank));
  if (is_best) enlist(waiting);
}

// The youngest goes behind all others: where most jobs belong that come.
void Queue::insert(Classes::iterator among, Rank rank) {
  std::set<Rank>& waiting = among->second.waiting;
  const auto placed = waiting.insert(waiting.end(), std::move(rank));
  places_.emplace(placed->id, Place{among, placed});
}

void Queue::remove(const std::string& id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  const Place place = found->second;
  places_.erase(found);
  Class& waiting = place.among->second;
  const bool is_best = place.rank == waiting.waiting.begin();
  if (is_best) delist(waiting);
  waiting.waiting.erase(place.rank);
  if (waiting.waiting.empty()) {
    classes_.erase(place.among);
  } else if (is_best) {
    enlist(waiting);
  }
}

std::optional<std::string> Queue::next() const {
  if (heads_.empty()) return std::nullopt;
  return heads_.begin()->id;
}

bool Queue::refuse(const std::string& id, Refusal refusal) {
  const auto place = places_.find(id);
  if (place == places_.end()) return false;
  Class& waiting = place->second.among->second;
  delist(waiting);
  waiting.refused = true;
  const bool is_new = !waiting.refusal || waiting.refusal->reason != refusal.reason;
  waiting.refusal = std::make_shared<const Refusal>(std::move(refusal));
  return is_new;
}

void Queue::wake() {
  for (auto& [key, waiting] : classes_) {
    if (!waiting.refused) continue;
    waiting.refused = false;
    enlist(waiting);
  }
}

std::shared_ptr<const Refusal> Queue::refusal(const std::string& id) const {
  const auto place = places_.find(id);
  return place == places_.end() ? nullptr : place->second.among->second.refusal;
}

std::map<std::string, std::size_t> Queue::sizes_by_reason() const {
  std::map<std::string, std::size_t> sizes;
  for (const auto& [key, waiting] : classes_)
    sizes[waiting.refusal ? waiting.refusal->reason : ""] += waiting.waiting.size();
  return sizes;
}

void Queue::enlist(const Class& waiting) {
  if (!waiting.refused && !waiting.waiting.empty()) heads_.insert(*waiting.waiting.begin());
}

void Queue::delist(const Class& waiting) {
  if (!waiting.refused && !waiting.waiting.empty()) heads_.erase(*waiting.waiting.begin());
}

}  // namespace berth
