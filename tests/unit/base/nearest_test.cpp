#include "base/nearest.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

struct Row {
  const char* name;
  std::string word;
  std::vector<std::string> candidates;
  std::optional<std::string> nearest;
};

TEST(Nearest, OffersWhatAPersonMostLikelyMeant) {
  const Row rows[] = {
      {"a letter missing", "aplied-ai", {"vision", "applied-ai"}, "applied-ai"},
      {"a letter too many", "H1000", {"A100", "H100"}, "H100"},
      {"two letters swapped", "capactiy", {"capacity"}, "capacity"},
      {"case does not count", "h100", {"A100", "H100"}, "H100"},
      {"the nearest of several", "gpu-a", {"gpu-aa", "gpu-a1x", "gpu-b"}, "gpu-aa"},
      {"ties go to the first", "pool-x", {"pool-b", "pool-a"}, "pool-b"},
      {"nothing is near", "zebra", {"capacity", "affinity"}, std::nullopt},
      {"nothing to choose from", "capacity", {}, std::nullopt},
      {"one letter of a short word", "ab", {"ac"}, "ac"},
      {"two letters of a short word", "ab", {"cd"}, std::nullopt},
      {"an empty word", "", {"ray"}, std::nullopt},
      {"a hostile word", std::string(1'000'000, 'a'), {std::string(1'000'000, 'a')}, std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(nearest(row.word, row.candidates), row.nearest) << row.name;
}

}  // namespace
}  // namespace berth
