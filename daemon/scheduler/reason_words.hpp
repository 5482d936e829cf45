// What filters say of their refusals, kept: the same refusal is put into words once.
#pragma once

#include <berth/abi.h>

#include <cstddef>
#include <unordered_map>

#include "plugins/filter.hpp"
#include "scheduler/round.hpp"

namespace berth {

// [loop]
class ReasonWords {
 public:
  // Of a fate that is a refusal. Holds until `trim`.
  const ReasonText& of(const PoolFate& fate, const Panel& panel);
  // Forgets when there are too many; between two decisions.
  void trim();

 private:
  struct Said {
    const Filter* filter;
    berth_verdict verdict;
    bool operator==(const Said& other) const;
  };
  struct Hash {
    std::size_t operator()(const Said& said) const;
  };

  std::unordered_map<Said, ReasonText, Hash> known_;
};

// The name under which a refusal is counted and shown: the filter's instance, or "berth".
const std::string& refuser_of(const PoolFate& fate, const Panel& panel);

}  // namespace berth
