#include "sample_job.hpp"

#include <array>
#include <cstdio>

namespace berth::bench {

std::string sample_job(std::int64_t number, std::int64_t shapes) {
  constexpr std::int64_t kLeastMemoryMi = 1024;
  const std::int64_t memory_mi = kLeastMemoryMi + number % shapes;
  std::array<char, 512> text;
  const int size = std::snprintf(
      text.data(), text.size(),
      R"({"type":"command","name":"sweep-%08lld","project":"eta","labels":{"study":"bench"},)"
      R"("command":{"run":["python3","train.py","--seed","%08lld"],)"
      R"("environment":{"OMP_NUM_THREADS":"1"},"cpu":1,"memory":"%04lldMi"}})",
      static_cast<long long>(number), static_cast<long long>(number),
      static_cast<long long>(memory_mi));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace berth::bench
