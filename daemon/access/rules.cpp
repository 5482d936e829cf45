#include "access/rules.hpp"

#include <algorithm>

namespace berth {
namespace {

std::string described(const Principal& who) {
  return who.user + " (uid " + std::to_string(who.uid) + ")";
}

}  // namespace

bool AccessRules::is_admin(const Principal& who) const {
  return who.uid == 0 || who.uid == daemon_uid_ ||
         std::find(admins_.begin(), admins_.end(), who.user) != admins_.end();
}

Result<void> AccessRules::may_submit(const Principal& who) const {
  if (who.uid == daemon_uid_) return {};
  return Error{"Forbidden", "you are " + described(who) + "; this berthd runs as uid " +
                                std::to_string(daemon_uid_) +
                                " and takes jobs of that user alone: submit as that user, or run a "
                                "berthd of your own"};
}

Result<void> AccessRules::may_act(const Principal& who, uid_t submitter) const {
  if (who.uid == submitter || is_admin(who)) return {};
  return Error{"Forbidden", "you are " + described(who) + "; this job is of uid " +
                                std::to_string(submitter) +
                                ": its submitter, root, the user of berthd and the site's "
                                "server.admins may do this"};
}

Result<void> AccessRules::may_operate(const Principal& who) const {
  if (is_admin(who)) return {};
  return Error{"Forbidden",
               "you are " + described(who) +
                   ": root, the user of berthd and the site's server.admins may operate "
                   "clusters"};
}

}  // namespace berth
