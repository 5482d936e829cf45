// Uses what the host offers: interns, counts, has options of several types, and finds problems with them.
#include <berth/filter.hpp>
#include <filesystem>

namespace {

struct Chatty {
  std::string greeting;
  std::vector<berth::name> skus;
  berth::bytes floor{};
  std::filesystem::path notes;
  static constexpr std::tuple options{
      berth::option{"greeting", &Chatty::greeting, "what it says"},
      berth::option{"skus", &Chatty::skus, "SKUs it likes", "H100, A100"},
      berth::option{"floor", &Chatty::floor, "memory it leaves alone", "2Gi"},
      berth::option{"notes", &Chatty::notes, "file with more to say", ""}};
  enum why : std::uint16_t { disliked = 1 };
  static constexpr berth::reason reasons[] = {
      {disliked, "Disliked", "leaves {want:bytes} alone", berth::never}};

  berth::verdict check(const berth::Job&, const berth::Pool&) const {
    return {disliked, floor, floor};
  }

  std::vector<std::string> find_problems() const {
    if (greeting == "throw") throw std::runtime_error("thrown on purpose");
    if (notes.empty() || std::filesystem::exists(notes)) return {};
    return {"there is no " + notes.string(), "so there is less to say"};
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<Chatty>("test.chatty", "1.2.3", "Talks to its host"))
