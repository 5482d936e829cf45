// A filter and a scorer that say what they are told to say.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plugins/filter.hpp"
#include "plugins/intern.hpp"

namespace berth {

// Every pool fits but those that it was told to refuse.
class FakeFilter final : public Filter {
 public:
  FakeFilter(std::string name, const Interns& interns)
      : name_(std::move(name)), interns_(interns) {}
  FakeFilter& refuses(const std::string& pool, berth_verdict_kind kind, std::string reason,
                      std::int64_t want = 0, std::int64_t have = 0) {
    reasons_.push_back(std::move(reason));
    berth_verdict verdict{};
    verdict.kind = kind;
    verdict.reason = static_cast<std::uint16_t>(reasons_.size() - 1);
    verdict.want = want;
    verdict.have = have;
    verdicts_[pool] = verdict;
    return *this;
  }
  FakeFilter& fails() { return fails_ = true, *this; }

  const std::string& instance() const override { return name_; }
  bool filter(const berth_batch& batch, berth_verdict* verdicts) override {
    for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
      const auto told = verdicts_.find(interns_.text(batch.pools[i]->name));
      verdicts[i] = told == verdicts_.end() ? berth_verdict{} : told->second;
      ++asked;
    }
    return !fails_;
  }
  ReasonText explain(const berth_verdict& verdict) const override {
    return {reasons_.at(verdict.reason), "wants " + std::to_string(verdict.want) + ", has " +
                                             std::to_string(verdict.have)};
  }

  int asked = 0;  // pools

 private:
  std::string name_;
  const Interns& interns_;
  std::map<std::string, berth_verdict> verdicts_;
  std::vector<std::string> reasons_;
  bool fails_ = false;
};

// Scores every pool 0 but those that it was told to like.
class FakeScorer final : public Scorer {
 public:
  FakeScorer(std::string name, const Interns& interns)
      : name_(std::move(name)), interns_(interns) {}
  FakeScorer& gives(const std::string& pool, double score) {
    return scores_[pool] = score, *this;
  }
  FakeScorer& fails() { return fails_ = true, *this; }

  const std::string& instance() const override { return name_; }
  bool score(const berth_batch& batch, double* scores) override {
    for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
      const auto told = scores_.find(interns_.text(batch.pools[i]->name));
      scores[i] = told == scores_.end() ? 0 : told->second;
    }
    return !fails_;
  }

 private:
  std::string name_;
  const Interns& interns_;
  std::map<std::string, double> scores_;
  bool fails_ = false;
};

}  // namespace berth
