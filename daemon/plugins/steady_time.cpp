#include "plugins/steady_time.hpp"

#include <chrono>

namespace berth {
namespace {

class SystemSteadyTime final : public SteadyTime {
 public:
  std::int64_t now_ns() const override {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
};

}  // namespace

const SteadyTime& system_steady_time() {
  static const SystemSteadyTime time;
  return time;
}

}  // namespace berth
