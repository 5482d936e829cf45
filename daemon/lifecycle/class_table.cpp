#include "lifecycle/class_table.hpp"

#include <algorithm>
#include <utility>

namespace berth {

std::shared_ptr<const JobClass> ClassTable::shared(std::shared_ptr<const JobClass> wanted) {
  std::weak_ptr<const JobClass>& known = known_[encode_class(*wanted)];
  if (auto shared = known.lock()) return shared;
  known = wanted;
  if (known_.size() > most_) forget_unused();
  return wanted;
}

void ClassTable::forget_unused() {
  std::erase_if(known_, [](const auto& known) { return known.second.expired(); });
  most_ = std::max<std::size_t>(most_, 2 * known_.size());
}

}  // namespace berth
