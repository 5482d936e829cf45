#include <gtest/gtest.h>

#include <berth/scorer.hpp>
#include <berth/testing.hpp>

namespace berth::testing {
namespace {

struct Emptiest {
  double score(const Job&, const Pool& pool) const {
    return fraction(pool.gpu_free(), pool.gpu_capacity());
  }
};

struct ByTurns {
  void score(const Job&, Pools pools, std::span<double> scores) const {
    for (std::size_t i = 0; i < pools.size(); ++i) scores[i] = static_cast<double>(i % 2);
  }
};

TEST(Scorer, ScoresPoolByPool) {
  Plugin scorer(define_scorer<Emptiest>("emptiest", "1.0.0", "Most free GPUs first"));
  const PoolBuilder pool = a_pool("p").with_capacity({.gpu = 8});
  EXPECT_EQ(
      scorer.score_all(a_job(), {pool.with_free({.gpu = 2}), pool.with_free({.gpu = 9}), pool}),
      (std::vector<double>{0.25, 1.0, 0.0}));
}

TEST(Scorer, MayComparePoolsWithOneAnother) {
  Plugin scorer(define_scorer<ByTurns>("by_turns", "1.0.0", "Every other pool"));
  EXPECT_EQ(scorer.score_all(a_job(), {a_pool("a"), a_pool("b"), a_pool("c")}),
            (std::vector<double>{0, 1, 0}));
}

}  // namespace
}  // namespace berth::testing
