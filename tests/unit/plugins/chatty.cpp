// Uses what the host offers: interns, counts, and has options of several types.
#include <berth/filter.hpp>

namespace {

struct Chatty {
  std::string greeting;
  std::vector<berth::name> skus;
  berth::bytes floor{};
  static constexpr std::tuple options{
      berth::option{"greeting", &Chatty::greeting, "what it says"},
      berth::option{"skus", &Chatty::skus, "SKUs it likes", "H100, A100"},
      berth::option{"floor", &Chatty::floor, "memory it leaves alone", "2Gi"}};
  enum why : std::uint16_t { disliked = 1 };
  static constexpr berth::reason reasons[] = {
      {disliked, "Disliked", "leaves {want:bytes} alone", berth::never}};

  berth::verdict check(const berth::Job&, const berth::Pool&) const {
    return {disliked, floor, floor};
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<Chatty>("test.chatty", "1.2.3", "Talks to its host"))
