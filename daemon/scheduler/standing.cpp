#include "scheduler/standing.hpp"

#include <utility>

namespace berth {
namespace {

constexpr std::size_t kFatesMax = 1'000'000;  // some 40 MB

std::size_t candidates(const Standing& standing) {
  std::size_t pools = 0;
  for (const Tier& tier : standing.tiers) pools += tier.pools->size();
  return pools;
}

}  // namespace

void Standings::begin(std::int64_t view, std::int64_t now_ms) {
  if (view == view_ && now_ms == now_ms_) return;
  view_ = view;
  now_ms_ = now_ms;
  kept_.clear();
  fates_ = 0;
}

Standings::Key Standings::key_of(const Asker& asker) {
  return {asker.wanted.get(), asker.priority, asker.owner, asker.formats};
}

Standing* Standings::find(const Asker& asker) {
  const auto found = kept_.find(key_of(asker));
  return found == kept_.end() ? nullptr : found->second.get();
}

Standing& Standings::keep(std::unique_ptr<Standing> standing) {
  fates_ += candidates(*standing);
  if (fates_ > kFatesMax) {
    kept_.clear();
    fates_ = candidates(*standing);
  }
  return *(kept_[key_of(standing->asker)] = std::move(standing));
}

void Standings::drop(const Standing& standing) { kept_.erase(key_of(standing.asker)); }

}  // namespace berth
