// Who may do what. Everybody who can connect may list; the rest is asked here.
#pragma once

#include <string>
#include <vector>

#include "access/principal.hpp"
#include "base/error.hpp"

namespace berth {

// Every "no" is an error "Forbidden" that says who could. [any]
class AccessRules {
 public:
  // `admins` are user names, besides root and the user that the daemon runs as. `submitters` are
  // user names and "@group"; none means everybody.
  AccessRules(uid_t daemon_uid, std::vector<std::string> admins,
              std::vector<std::string> submitters = {})
      : daemon_uid_(daemon_uid),
        admins_(std::move(admins)),
        submitters_(std::move(submitters)) {}

  // A daemon of root runs each job as its submitter. Any other can run jobs as its own user alone, so
  // it takes them from that user alone. May look groups up. [io]
  Result<void> may_submit(const Principal& who) const;

  // Kill, hold, resume, requeue, logs, endpoints of the job that `submitter` owns.
  Result<void> may_act(const Principal& who, uid_t submitter) const;

  // What came out of that job's own output, environment or request; everybody sees the row.
  bool may_see_inside(const Principal& who, uid_t submitter) const;

  // Limits for one user do not hold for these.
  bool is_admin(const Principal& who) const;

  // Cordon, uncordon, drain, forget.
  Result<void> may_operate(const Principal& who) const;

 private:
  bool is_named_submitter(const Principal& who) const;

  uid_t daemon_uid_;
  std::vector<std::string> admins_;
  std::vector<std::string> submitters_;
};

}  // namespace berth
