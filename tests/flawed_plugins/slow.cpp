// Flaw: takes its time over every pool, `delay` by option.
#include <berth/filter.hpp>
#include <chrono>
#include <thread>

namespace {

struct Slow {
  std::chrono::milliseconds delay{};
  static constexpr std::tuple options{
      berth::option{"delay", &Slow::delay, "how long each pool takes", "20ms"}};
  enum why : std::uint16_t { never_given = 1 };
  static constexpr berth::reason reasons[] = {
      {never_given, "NeverGiven", "is never given", berth::never}};

  berth::verdict check(const berth::Job&, const berth::Pool&) const {
    std::this_thread::sleep_for(delay);
    return berth::fits;
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<Slow>("slow", "1.0.0", "Sleeps on every check"))
