// Why a job waits.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

namespace berth {

struct Refusal {
  std::string reason;   // one CamelCase word
  std::string message;  // a sentence, with numbers
};

// Of waiting jobs, by their ids; jobs that wait for the same share it.
using PendingReasons = std::unordered_map<std::string, std::shared_ptr<const Refusal>>;

}  // namespace berth
