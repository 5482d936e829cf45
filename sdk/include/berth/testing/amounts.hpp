// Amounts as tests like to write them: {.cpu = 8, .memory_gib = 64, .gpu = 1}.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "berth/abi.h"
#include "berth/testing/fake_host.hpp"

namespace berth::testing {

struct Amounts {
  double cpu = 0;
  double memory_gib = 0;
  double gpu = 0;
  std::map<std::string, double> extra{};

  std::int64_t cpu_milli() const { return std::llround(cpu * 1000); }
  std::int64_t memory_bytes() const { return std::llround(memory_gib * (1LL << 30)); }
  std::int64_t gpu_milli() const { return std::llround(gpu * 1000); }

  friend Amounts operator*(Amounts each, double times) {
    each.cpu *= times;
    each.memory_gib *= times;
    each.gpu *= times;
    for (auto& [resource, amount] : each.extra) amount *= times;
    return each;
  }
  Amounts& operator+=(const Amounts& other) {
    cpu += other.cpu;
    memory_gib += other.memory_gib;
    gpu += other.gpu;
    for (const auto& [resource, amount] : other.extra) extra[resource] += amount;
    return *this;
  }
};

// The extra resources with names from `id_of`, sorted by number as the contract says.
template <typename IdOf>
std::vector<berth_amount> extra_amounts(const Amounts& amounts, IdOf id_of) {
  std::map<berth_id, std::int64_t> sorted;
  for (const auto& [resource, amount] : amounts.extra) {
    sorted[id_of(resource)] += std::llround(amount * 1000);
  }
  std::vector<berth_amount> rows;
  for (const auto& [id, milli] : sorted) rows.push_back({id, 0, milli});
  return rows;
}

}  // namespace berth::testing
