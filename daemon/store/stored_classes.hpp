// Classes of jobs, each stored once and shared in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "model/job_class.hpp"
#include "store/sqlite_database.hpp"

namespace berth {

// Gives each class its number. [store]
class ClassWriter {
 public:
  explicit ClassWriter(const Database& database);
  std::int64_t number_of(const JobClass& wanted);  // stores it if need be
  void forget() { numbers_.clear(); }  // after a rollback or a removal: a number may mean nothing

 private:
  std::int64_t find_or_add(const std::string& bytes);

  Statement find_;
  Statement add_;
  const Database& database_;
  std::unordered_map<std::string, std::int64_t> numbers_;  // by encoded bytes
};

// Decodes each class once; jobs of equal class get the same object.
class ClassReader {
 public:
  // Keeps at most `kept_max` classes beside those in use.
  ClassReader(const Database& database, std::size_t kept_max);
  std::shared_ptr<const JobClass> at(std::int64_t number);

 private:
  std::shared_ptr<const JobClass> read(std::int64_t number);

  Statement find_;
  std::size_t kept_max_;
  std::unordered_map<std::int64_t, std::shared_ptr<const JobClass>> kept_;
};

}  // namespace berth
