// Who an instance is, and how its calls went.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "plugins/call_record.hpp"
#include "plugins/descriptor.hpp"

namespace berth {

// May outlive the instance: threads of its library, and people who ask for its status, hold it too.
// [any]
class InstanceRecord {
 public:
  InstanceRecord(std::string name, std::shared_ptr<const Descriptor> descriptor);

  const std::string& name() const { return name_; }
  const Descriptor& descriptor() const { return *descriptor_; }
  CallRecord& calls() { return calls_; }
  const CallRecord& calls() const { return calls_; }

  // Counts a fault, and says it in the log the first time, the second, the fourth, ...
  void fault(std::string_view what);
  // The same as an answer: "the plugin ray (ray 1.0.0) WHAT". Code "PluginFailed".
  Error failed(std::string_view what);

 private:
  std::string name_;
  std::shared_ptr<const Descriptor> descriptor_;
  CallRecord calls_;
};

}  // namespace berth
