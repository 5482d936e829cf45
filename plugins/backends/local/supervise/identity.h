// Whose rights the job has. A supervisor of root gives up its own in the child, for good, before
// anything of the job is looked at.
#ifndef BERTH_SUPERVISE_IDENTITY_H_
#define BERTH_SUPERVISE_IDENTITY_H_

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct identity {
  bool has_uid;  // false: the job runs as its supervisor does
  bool has_gid;
  uid_t uid;
  gid_t gid;
  gid_t* groups;  // supplementary; owned
  size_t groups_count;
  bool no_new_privileges;  // no set-user-id program gives the job more than its user's rights
};

// Takes the ids and can never go back; with uid 0 the job stays root. NULL, or the step that
// failed, with errno. In the child, before the exec.
const char* take_identity(const struct identity* who);

// In a process that shall do nothing but a user's own work: the same without groups.
const char* take_plain_identity(uid_t uid, gid_t gid);

#endif  // BERTH_SUPERVISE_IDENTITY_H_
