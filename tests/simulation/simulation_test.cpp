#include "simulation.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "base/log.hpp"

namespace berth::sim {
namespace {

constexpr std::uint64_t kFirstSeed = 1;

// BERTH_SEED=N runs that seed alone, with the daemon's log; BERTH_SEEDS=N as many from the first.
std::uint64_t environment_number(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

bool is_one_seed() { return std::getenv("BERTH_SEED") != nullptr; }

void quieten() {
  static const bool once = [] {
    start_logging(is_one_seed() ? "debug" : "off", "");
    return true;
  }();
  (void)once;
}

TEST(Simulation, KeepsEveryRuleUnderEverySeed) {
  quieten();
  const std::uint64_t first = environment_number("BERTH_SEED", kFirstSeed);
  const std::uint64_t seeds = is_one_seed() ? 1 : environment_number("BERTH_SEEDS", BERTH_SEEDS);
  Outcome total;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const Outcome outcome = Simulation(seed, Sabotage::kNone).run();
    ASSERT_EQ(outcome.broken_rule, "") << "reproduce with BERTH_SEED=" << seed;
    total.steps += outcome.steps;
    total.jobs += outcome.jobs;
    total.succeeded += outcome.succeeded;
    total.restarts += outcome.restarts;
  }
  std::cout << seeds << " seeds: " << total.jobs << " jobs, " << total.succeeded
            << " succeeded, " << total.restarts << " crashes and restarts, " << total.steps
            << " steps\n";
  if (seeds < 100) return;
  EXPECT_GT(total.succeeded, 0);
  EXPECT_GT(total.restarts, 0);
}

// A rule broken on purpose must be noticed, or the test above means nothing.
class BrokenRule : public testing::TestWithParam<std::pair<Sabotage, std::string>> {};

TEST_P(BrokenRule, IsCaughtBySomeSeed) {
  quieten();
  constexpr std::uint64_t kSeedsMax = 500;
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kSeedsMax; ++seed) {
    const Outcome outcome = Simulation(seed, GetParam().first).run();
    if (outcome.broken_rule.empty()) continue;
    std::cout << GetParam().second << ": caught by seed " << seed << ": " << outcome.broken_rule
              << "\n";
    return;
  }
  FAIL() << "no seed up to " << kSeedsMax << " noticed: " << GetParam().second;
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, BrokenRule,
    testing::Values(std::pair{Sabotage::kAnswerBeforeCommit, "AnswerBeforeCommit"},
                    std::pair{Sabotage::kLaunchBeforeIntent, "LaunchBeforeIntent"},
                    std::pair{Sabotage::kGiveUpCreateInFlight, "GiveUpCreateInFlight"}),
    [](const auto& info) { return info.param.second; });

}  // namespace
}  // namespace berth::sim
