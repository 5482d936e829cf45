// Instances of plugins that a test writes itself, as tables of functions, without a library.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "plugins/instance.hpp"

namespace berth {

class SettableTime final : public SteadyTime {
 public:
  std::int64_t now_ns() const override { return now; }
  std::int64_t now = 0;
};

// Makes instances whose handle is `self`.
class MadeInstances {
 public:
  MadeInstances() {
    surroundings = {std::make_shared<HostServices>(),
                    std::make_shared<Breadcrumb>("/proc/no-such-file"),
                    &time,
                    {}};
  }

  std::unique_ptr<Instance> make(void* self, Descriptor descriptor) {
    static void* next = nullptr;  // `create` is handed nothing of the test's own
    next = self;
    descriptor.id = "made";
    descriptor.version = "1.0.0";
    descriptor.create = [](const berth_host*, const berth_value*, std::uint64_t,
                           const berth_sink*) { return next; };
    descriptor.destroy = [](void*) {};
    record = std::make_shared<InstanceRecord>("mine",
                                              std::make_shared<Descriptor>(std::move(descriptor)));
    return std::move(*Instance::make(record, "", Confinement::kNone, OptionValues(), surroundings));
  }

  SettableTime time;
  Surroundings surroundings;
  std::shared_ptr<InstanceRecord> record;  // of the last one made
};

}  // namespace berth
