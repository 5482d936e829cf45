#include "queue/queue.hpp"

namespace berth {

void Queue::add(const std::string& id, Key key, std::int64_t priority, std::int64_t submitted_ms) {
  if (has(id)) return;
  Class& waiting = classes_[key];
  const Rank rank{-priority, submitted_ms, id};
  delist(waiting);
  waiting.waiting.insert(rank);
  enlist(waiting);
  places_.emplace(id, Place{std::move(key), rank});
}

void Queue::remove(const std::string& id) {
  const auto place = places_.find(id);
  if (place == places_.end()) return;
  const auto waiting = classes_.find(place->second.key);
  delist(waiting->second);
  waiting->second.waiting.erase(place->second.rank);
  if (waiting->second.waiting.empty()) {
    classes_.erase(waiting);
  } else {
    enlist(waiting->second);
  }
  places_.erase(place);
}

std::optional<std::string> Queue::next() const {
  if (heads_.empty()) return std::nullopt;
  return heads_.begin()->id;
}

bool Queue::refuse(const std::string& id, Refusal refusal) {
  const auto place = places_.find(id);
  if (place == places_.end()) return false;
  Class& waiting = classes_.at(place->second.key);
  delist(waiting);
  waiting.refused = true;
  const bool is_new = !waiting.refusal || waiting.refusal->reason != refusal.reason;
  waiting.refusal = std::move(refusal);
  return is_new;
}

void Queue::wake() {
  for (auto& [key, waiting] : classes_) {
    if (!waiting.refused) continue;
    waiting.refused = false;
    enlist(waiting);
  }
}

const Refusal* Queue::refusal(const std::string& id) const {
  const auto place = places_.find(id);
  if (place == places_.end()) return nullptr;
  const Class& waiting = classes_.at(place->second.key);
  return waiting.refusal ? &*waiting.refusal : nullptr;
}

std::map<std::string, std::size_t> Queue::sizes_by_reason() const {
  std::map<std::string, std::size_t> sizes;
  for (const auto& [key, waiting] : classes_)
    sizes[waiting.refusal ? waiting.refusal->reason : ""] += waiting.waiting.size();
  return sizes;
}

void Queue::enlist(Class& waiting) {
  if (!waiting.refused && !waiting.waiting.empty()) heads_.insert(*waiting.waiting.begin());
}

void Queue::delist(Class& waiting) {
  if (!waiting.refused && !waiting.waiting.empty()) heads_.erase(*waiting.waiting.begin());
}

}  // namespace berth
