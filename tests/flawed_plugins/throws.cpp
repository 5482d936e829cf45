// Flaw: `check` throws. The veneer must turn that into a fault; nothing may cross the border.
#include <berth/filter.hpp>
#include <stdexcept>

namespace {

struct Throws {
  enum why : std::uint16_t { never_given = 1 };
  static constexpr berth::reason reasons[] = {
      {never_given, "NeverGiven", "is never given", berth::never}};

  berth::verdict check(const berth::Job&, const berth::Pool&) const {
    throw std::runtime_error("thrown on purpose");
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<Throws>("throws", "1.0.0", "Throws on every check"))
