#include "access/rules.hpp"

#include <algorithm>

namespace berth {
namespace {

std::string described(const Principal& who) {
  if (who.is_stranger) return "known here only as somebody on the network";
  return who.user + " (uid " + std::to_string(who.uid) + ")";
}

}  // namespace

bool AccessRules::is_admin(const Principal& who) const {
  if (who.is_stranger) return false;
  return who.uid == 0 || who.uid == daemon_uid_ ||
         std::find(admins_.begin(), admins_.end(), who.user) != admins_.end();
}

bool AccessRules::is_named_submitter(const Principal& who) const {
  return std::any_of(submitters_.begin(), submitters_.end(), [&](const std::string& name) {
    return name.starts_with('@') ? is_in_group(who.user, name.substr(1)) : name == who.user;
  });
}

Result<void> AccessRules::may_submit(const Principal& who) const {
  if (!who.is_stranger && who.uid == daemon_uid_) return {};
  if (daemon_uid_ != 0)
    return Error{"Forbidden",
                 "you are " + described(who) + "; this berthd runs as uid " +
                     std::to_string(daemon_uid_) +
                     " and takes jobs of that user alone: submit as that user, or run a "
                     "berthd of your own"};
  if (!who.is_known)
    return Error{"Forbidden", "this machine has no user with uid " + std::to_string(who.uid) +
                                  ", so no job can run as you: ask for an entry in its user list"};
  if (submitters_.empty() || is_admin(who) || is_named_submitter(who)) return {};
  return Error{"Forbidden", "you are " + described(who) +
                                "; the site's server.submitters names those who may submit here"};
}

bool AccessRules::may_see_inside(const Principal& who, uid_t submitter) const {
  return (!who.is_stranger && who.uid == submitter) || is_admin(who);
}

Result<void> AccessRules::may_act(const Principal& who, uid_t submitter) const {
  if (may_see_inside(who, submitter)) return {};
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
