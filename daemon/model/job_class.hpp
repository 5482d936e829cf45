// What a job needs and wants: all of it that the scheduler ever sees. Jobs of equal class are decided
// alike, so they share one object.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace berth {

// `count` equal members of a gang; amounts are of one member.
struct Group {
  std::string name;
  std::int64_t count = 1;
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t gpu_milli = 0;
  std::vector<std::string> skus;              // any of these; empty: any
  std::map<std::string, std::int64_t> extra;  // other resources, milli

  bool operator==(const Group&) const = default;
};

enum class Operator : std::uint8_t { kIn = 1, kNotIn, kExists, kDoesNotExist };

struct Expression {
  std::string key;
  Operator op = Operator::kIn;
  std::vector<std::string> values;

  bool operator==(const Expression&) const = default;
};

struct Preference {
  std::string key;
  std::string value;
  std::int64_t weight = 1;

  bool operator==(const Preference&) const = default;
};

struct JobClass {
  std::string type;
  std::string project;
  std::vector<Group> groups;
  std::vector<std::string> regions;  // any of these; empty: any
  std::vector<std::string> zones;
  std::vector<Expression> expressions;  // all of these
  std::vector<Preference> preferences;
  std::string cluster;  // pinned by name; empty: any
  std::string pool;
  bool preemptible = false;

  bool operator==(const JobClass&) const = default;
};

std::int64_t total_gpu_milli(const JobClass& wanted);  // of the whole gang [any]

// Bytes that hold a class exactly; equal classes give equal bytes. What is read back was written by
// this program: other bytes are an error "BadClass". [any]
std::string encode_class(const JobClass& wanted);
Result<JobClass> decode_class(std::string_view bytes);

}  // namespace berth
