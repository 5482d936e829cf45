#include <berth/filter.hpp>

struct TeamSku {
  berth::name sku;
  berth::milli headroom{};
  static constexpr std::tuple options{
      berth::option{"sku", &TeamSku::sku, "GPU SKU this team may use"},
      berth::option{"headroom", &TeamSku::headroom, "GPUs to keep free", "0"}};

  enum why : std::uint16_t { wrong_sku = 1, full };
  static constexpr berth::reason reasons[] = {
      {wrong_sku, "WrongSku", "has no {want}", berth::never},
      {full, "Full", "needs {want} free gpu, has {have}", berth::not_now}};

  berth::verdict check(const berth::Job& job, const berth::Pool& pool) const {
    if (!pool.has_sku(sku)) return {wrong_sku, sku};
    if (pool.gpu_free() - headroom < job.gpu())
      return {full, job.gpu() + headroom, pool.gpu_free()};
    return berth::fits;
  }
};

BERTH_MODULE(berth::define_filter<TeamSku>("acme.team-sku", "1.0.0", "Pin a team to one GPU SKU"))
