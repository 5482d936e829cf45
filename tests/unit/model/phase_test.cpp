#include "model/phase.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(Phase, IsFoundByItsName) {
  for (const Phase phase : kAllPhases) EXPECT_EQ(phase_named(phase_name(phase)), phase);
  EXPECT_EQ(phase_named("pending"), std::nullopt);
  EXPECT_EQ(phase_named(""), std::nullopt);
}

TEST(Phase, IsTerminalForThreeOfThem) {
  int terminal = 0;
  for (const Phase phase : kAllPhases) terminal += is_terminal(phase);
  EXPECT_EQ(terminal, 3);
  EXPECT_TRUE(is_terminal(Phase::kKilled));
  EXPECT_FALSE(is_terminal(Phase::kKilling));
}

}  // namespace
}  // namespace berth
