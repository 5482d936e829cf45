// A fleet as large as asked for, and jobs for it.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "support/builders.hpp"

namespace berth::bench {

inline constexpr int kPoolsOfACluster = 100;
inline constexpr int kSkus = 10;

inline std::string numbered(const char* form, int number) {
  char text[32];
  std::snprintf(text, sizeof text, form, number);
  return text;
}

inline std::string sku_of(int pool) { return numbered("gpu-%d", pool % kSkus); }

// Shared pools of eight nodes with eight GPUs each, of ten models, a hundred to a cluster. A
// model's pools are a tenth of all.
inline SiteBuilder a_fleet(int pools) {
  SiteBuilder site;
  for (int i = 0; i < pools; ++i) {
    site.with(a_pool(numbered("pool-%05d", i))
                  .on(numbered("cluster-%03d", i / kPoolsOfACluster))
                  .labelled("rack", numbered("r%d", i % 7))
                  .priced(1 + 0.01 * (i % 13))
                  .with_nodes(8)
                  .with_cpu(128)
                  .with_memory_gibi(1024)
                  .with_gpus(8, sku_of(i)));
  }
  return site;
}

// A head and two workers with a GPU each. `shape` 0 to 999 are as many classes; with `any_sku`
// every pool would do, else a tenth of them.
inline JobBuilder a_gang(int shape, bool any_sku) {
  Group head = a_group(1, 1);
  head.name = "head";
  head.memory_bytes = 2 * kGibi;
  Group workers = a_group(2, 1 + shape / 10 % 10, 1);
  workers.name = "workers";
  workers.memory_bytes = (8 + shape / 100 % 10) * kGibi;
  if (any_sku) {
    workers.cpu_milli += shape % 10;
  } else {
    workers.skus = {sku_of(shape)};
  }
  JobBuilder job;
  job.wants({head, workers});
  return job;
}

}  // namespace berth::bench
