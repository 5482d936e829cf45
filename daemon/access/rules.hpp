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
  // `admins` are user names, besides root and the user that the daemon runs as.
  AccessRules(uid_t daemon_uid, std::vector<std::string> admins)
      : daemon_uid_(daemon_uid), admins_(std::move(admins)) {}

  // Jobs run as the daemon's own user, so it takes them from that user alone: otherwise one user's
  // program would run with another's rights.
  Result<void> may_submit(const Principal& who) const;

  // Kill, hold, resume, requeue, logs, endpoints of the job that `submitter` owns.
  Result<void> may_act(const Principal& who, uid_t submitter) const;

  // Cordon, uncordon, drain, forget.
  Result<void> may_operate(const Principal& who) const;

 private:
  bool is_admin(const Principal& who) const;

  uid_t daemon_uid_;
  std::vector<std::string> admins_;
};

}  // namespace berth
