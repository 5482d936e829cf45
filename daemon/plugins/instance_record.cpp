#include "plugins/instance_record.hpp"

#include <bit>
#include <cstdint>
#include <utility>

#include "base/log.hpp"

namespace berth {

InstanceRecord::InstanceRecord(std::string name, std::shared_ptr<const Descriptor> descriptor)
    : name_(std::move(name)), descriptor_(std::move(descriptor)) {}

void InstanceRecord::fault(std::string_view what) {
  const auto faults = static_cast<std::uint64_t>(calls_.faulted());
  if (!std::has_single_bit(faults)) return;
  log_warning(
      "plugin_fault",
      {{"plugin", descriptor_->id}, {"instance", name_}, {"faults", faults}, {"what", what}});
}

Error InstanceRecord::failed(std::string_view what) {
  fault(what);
  return {"PluginFailed", "the plugin " + name_ + " (" + descriptor_->id + " " +
                              descriptor_->version + ") " + std::string(what)};
}

}  // namespace berth
