#include "lifecycle/transitions.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace berth {
namespace {

// From (rows) to (columns), both in the order of kAllPhases: x may follow, = may stay.
constexpr std::array<std::string_view, 9> kMatrix{
    // PSLRrKsfk: Pending Scheduled Launching Running releasing Killing succeeded failed killed
    "=x..xx...",  // Pending
    ".=x.xx...",  // Scheduled
    "..=xxx...",  // Launching
    "...=xx...",  // Running
    "x...=xxx.",  // Releasing
    ".....=..x",  // Killing
    ".........",  // Succeeded
    ".........",  // Failed
    ".........",  // Killed
};

TEST(Transitions, AreThoseOfTheMatrixAndNoOthers) {
  for (std::size_t from = 0; from < kAllPhases.size(); ++from) {
    for (std::size_t to = 0; to < kAllPhases.size(); ++to) {
      EXPECT_EQ(may_follow(kAllPhases[from], kAllPhases[to]), kMatrix[from][to] != '.')
          << phase_name(kAllPhases[from]) << " to " << phase_name(kAllPhases[to]);
    }
  }
}

TEST(Transitions, NeverLeaveATerminalPhaseNorStayInIt) {
  for (const Phase from : kAllPhases) {
    if (!is_terminal(from)) continue;
    for (const Phase to : kAllPhases) EXPECT_FALSE(may_follow(from, to)) << phase_name(from);
  }
}

TEST(Transitions, StandOnceInTheTableEachWithItsReason) {
  std::set<std::pair<Phase, Phase>> seen;
  for (const Transition& transition : kTransitions) {
    EXPECT_TRUE(seen.emplace(transition.from, transition.to).second)
        << phase_name(transition.from) << " to " << phase_name(transition.to);
    EXPECT_FALSE(transition.on.empty());
  }
}

TEST(Transitions, LetEveryPhaseReachAnEnd) {
  std::set<Phase> reaching;
  for (const Phase phase : kAllPhases) {
    if (is_terminal(phase)) reaching.insert(phase);
  }
  for (std::size_t i = 0; i < kAllPhases.size(); ++i) {
    for (const Transition& transition : kTransitions) {
      if (reaching.count(transition.to) > 0) reaching.insert(transition.from);
    }
  }
  EXPECT_EQ(reaching.size(), kAllPhases.size());
}

std::string row_of(const Transition& transition) {
  std::ostringstream row;
  row << "| " << phase_name(transition.from) << " | " << phase_name(transition.to) << " | "
      << transition.on << " |";
  return row.str();
}

TEST(Transitions, AreTheTableOfTheReadme) {
  std::ifstream file(BERTH_LIFECYCLE_README);
  ASSERT_TRUE(file) << BERTH_LIFECYCLE_README;
  std::vector<std::string> printed;
  for (std::string line; std::getline(file, line);) {
    for (const Phase phase : kAllPhases) {
      if (line.rfind("| " + std::string(phase_name(phase)) + " |", 0) == 0)
        printed.push_back(line);
    }
  }
  std::vector<std::string> expected;
  for (const Transition& transition : kTransitions) expected.push_back(row_of(transition));
  EXPECT_EQ(printed, expected);
}

}  // namespace
}  // namespace berth
