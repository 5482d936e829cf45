// Jobs and changes to store.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "store/change.hpp"

namespace berth {

using Random = std::mt19937_64;

Job a_job(const std::string& id);                   // pending, of project "eta"
Change accepting(Job job);                          // its first change, with the event Enqueued
Change changing(Job job, const std::string& kind);  // a later one
Change with_key(Change change, const std::string& key, const std::string& body_hash);
Change with_labels(Change change, const std::string& labels);
Job ended(Job job, std::int64_t at_ms);

Job random_job(const std::string& id, Random& random);  // every field set by chance
Attempt random_attempt(int number, Random& random);

}  // namespace berth
