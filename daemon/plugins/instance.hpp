// One instance of a plugin in this process: the guarded way into its functions.
#pragma once

#include <berth/abi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "plugins/breadcrumb.hpp"
#include "plugins/budget.hpp"
#include "plugins/host_services.hpp"
#include "plugins/instance_record.hpp"
#include "plugins/option_values.hpp"
#include "plugins/quarantine.hpp"
#include "plugins/steady_time.hpp"

namespace berth {

// What all instances share.
struct Surroundings {
  std::shared_ptr<HostServices> services;
  std::shared_ptr<Breadcrumb> breadcrumb;
  const SteadyTime* time = nullptr;
  Budgets budgets;
};

// Text that a plugin writes, up to a limit.
class TextSink {
 public:
  explicit TextSink(std::uint64_t bytes_max) : bytes_max_(bytes_max), record_{this, &write} {}
  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;

  const berth_sink* record() const { return &record_; }
  const std::string& text() const { return text_; }
  bool overflowed() const { return overflowed_; }

 private:
  static void write(void* context, berth_str text);

  std::uint64_t bytes_max_;
  std::string text_;
  bool overflowed_ = false;
  berth_sink record_;
};

// Owns what `create` made and calls `destroy`. In quarantine there is no such thing, and `is_alive`
// is false: its functions must then not be called.
class Instance {
 public:
  // Errors: "PluginFailed".
  static Result<std::unique_ptr<Instance>> make(std::shared_ptr<InstanceRecord> record,
                                                const std::string& sha256, Confinement confinement,
                                                const OptionValues& values,
                                                const Surroundings& surroundings);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  const std::shared_ptr<InstanceRecord>& record() const { return record_; }
  const std::string& name() const { return record_->name(); }
  const Descriptor& descriptor() const { return record_->descriptor(); }
  const Surroundings& surroundings() const { return surroundings_; }
  bool is_alive() const { return handle_ != nullptr; }

  // What is wrong with what its options name, as it finds: a line each. For checks of a site file.
  std::vector<std::string> find_problems() const;

  struct Outcome {
    std::int32_t code = 0;  // as the plugin returned it; not 0 when it threw
    std::int64_t took_ns = 0;
  };

  // Runs `body(handle)` with the breadcrumb set, and takes the time.
  template <typename Body>
  Outcome call(Body&& body) const {
    const std::int64_t began_ns = surroundings_.time->now_ns();
    const std::int32_t code = run(body);
    const Outcome outcome{code, surroundings_.time->now_ns() - began_ns};
    record_->calls().called(outcome.took_ns);
    return outcome;
  }

  // Runs `body(handle)` with the breadcrumb set. No exception comes out.
  template <typename Body>
  std::int32_t run(Body&& body) const {
    const Breadcrumb::Mark mark(*surroundings_.breadcrumb, number_);
    try {
      return body(handle_);
    } catch (...) {
      return kThrew;
    }
  }

 private:
  static constexpr std::int32_t kThrew = -1;

  Instance(std::shared_ptr<InstanceRecord> record, const Surroundings& surroundings);
  Result<void> create(const OptionValues& values);

  std::shared_ptr<InstanceRecord> record_;
  Surroundings surroundings_;
  std::uint32_t number_ = 0;
  void* handle_ = nullptr;
};

}  // namespace berth
