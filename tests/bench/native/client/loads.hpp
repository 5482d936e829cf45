// What can be asked of the program, a function each. Each prints one line of JSON.
#pragma once

#include <cstdint>
#include <string>

namespace berth::bench {

struct Wish {
  std::string socket;
  std::string path = "/healthz";
  std::string folder = ".";
  int clients = 1;
  double seconds = 3;
  std::int64_t jobs = 1000;
  std::int64_t first = 0;   // number of the first job
  std::int64_t shapes = 1;
  std::int64_t bytes = 4096;
  std::int64_t pages = 0;  // 0: to the last
};

void run_get(const Wish& wish);     // GET `path` by `clients` at once, for `seconds`
void run_submit(const Wish& wish);  // POST /v1/jobs likewise
void run_batch(const Wish& wish);   // `jobs` in one POST /v1/jobs:batch
void run_list(const Wish& wish);    // GET `path`, and its next pages if it has them
void run_disk(const Wish& wish);    // appends `bytes` and fdatasyncs, for `seconds`, in `folder`

}  // namespace berth::bench
