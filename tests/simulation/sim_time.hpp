// Time and chance of a simulated world: one queue of things that will happen, one seed.
#pragma once

#include <functional>
#include <map>
#include <random>

#include "base/clock.hpp"
#include "base/loop.hpp"
#include "base/random.hpp"

namespace berth::sim {

class Dice final : public Chance {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }
  // Evenly from `least` to `most`.
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }
  template <typename List>
  const auto& pick(const List& list) {
    return list[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(list.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

// What will happen, in the order of virtual time. Things of equal time happen in the order they were
// planned. A thing belongs to the world, or to one incarnation of the daemon with which it dies.
class Timeline final : public Clock {
 public:
  static constexpr int kWorld = 0;

  void plan(std::int64_t delay_ms, int owner, std::function<void()> thing) {
    things_.emplace(Moment{now_ms_ + delay_ms, ++planned_}, Thing{owner, std::move(thing)});
  }
  // False: nothing is left.
  bool step() {
    if (things_.empty()) return false;
    auto first = things_.extract(things_.begin());
    now_ms_ = first.key().at_ms;
    first.mapped().run();
    return true;
  }
  void drop(int owner) {
    std::erase_if(things_, [owner](const auto& thing) { return thing.second.owner == owner; });
  }
  std::int64_t now_ms() const { return now_ms_; }
  Stamp now() const override { return {kEpochMs + now_ms_, 1000 + now_ms_, 1}; }

 private:
  static constexpr std::int64_t kEpochMs = 1'800'000'000'000;
  struct Moment {
    std::int64_t at_ms;
    std::int64_t order;
    auto operator<=>(const Moment&) const = default;
  };
  struct Thing {
    int owner;
    std::function<void()> run;
  };
  std::map<Moment, Thing> things_;
  std::int64_t now_ms_ = 0;
  std::int64_t planned_ = 0;
};

// The loop and the workers of one incarnation of the daemon.
class SimLoop final : public Loop, public Workers {
 public:
  SimLoop(Timeline& timeline, Dice& dice, int incarnation)
      : timeline_(timeline), dice_(dice), incarnation_(incarnation) {}
  void post(std::function<void()> task) override {
    timeline_.plan(0, incarnation_, std::move(task));
  }
  void after(std::chrono::milliseconds delay, std::function<void()> task) override {
    timeline_.plan(std::max<std::int64_t>(0, delay.count()), incarnation_, std::move(task));
  }
  // Workers finish in any order.
  void run(std::function<void()> work) override {
    timeline_.plan(dice_.between(0, 20), incarnation_, std::move(work));
  }

 private:
  Timeline& timeline_;
  Dice& dice_;
  int incarnation_;
};

}  // namespace berth::sim
