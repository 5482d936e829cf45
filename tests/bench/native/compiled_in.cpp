#include "native/compiled_in.hpp"

#include "native/border_filter.hpp"

namespace berth::bench {

void compiled_in(const berth_batch& batch, berth_verdict* verdicts) {
  const Roomy filter;
  const Job job(batch.job, nullptr);
  for (std::uint64_t i = 0; i < batch.pool_count; ++i) {
    verdicts[i] = filter.check(job, Pool(batch.pools[i], nullptr)).record();
    if (verdicts[i].reason != 0) verdicts[i].kind = BERTH_NOT_NOW;
  }
}

}  // namespace berth::bench
