// Ending an attempt: everything that bears its labels is deleted, and is seen to be gone.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api_tools.hpp"
#include "reach.hpp"
#include "workload_table.hpp"

namespace berth {

struct ReleaseJob {
  AttemptKey key;
  std::string uid;                 // of the creation that is meant; "": whichever
  std::optional<ResourceRef> ref;  // where the daemon remembers it to be
};

struct Gone {
  std::string message;
  bool had_object = false;  // the custom resource itself was there
};
using ReleaseOutcome = std::variant<Gone, Failure>;

// One at a time for an attempt. [io]
class Release {
 public:
  virtual ~Release() = default;
  virtual void begin() = 0;
  virtual void table_changed() = 0;
};

std::shared_ptr<Release> make_release(ApiTools& tools, const Reach& reach,
                                      const WorkloadTable& table, ReleaseJob job,
                                      std::function<void(ReleaseOutcome)> done);

}  // namespace berth
