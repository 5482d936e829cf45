// One object for all jobs of a class.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include "model/job_class.hpp"

namespace berth {

// Knows the classes that somebody holds. [loop]
class ClassTable {
 public:
  // The object that stands for the class of `wanted`: itself, when it is the first.
  std::shared_ptr<const JobClass> shared(std::shared_ptr<const JobClass> wanted);
  std::size_t size() const { return known_.size(); }

 private:
  void forget_unused();

  std::unordered_map<std::string, std::weak_ptr<const JobClass>> known_;  // by encoded bytes
  std::size_t most_ = 1024;  // so many are known before those without jobs are looked for
};

}  // namespace berth
