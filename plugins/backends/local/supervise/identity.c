#define _GNU_SOURCE
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Keys that root has at hand must not be at the job's. Where keyrings cannot be had, there is none
// to inherit.
static void leave_keyring(void) { syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL); }

// What no program of the job could be given, whatever its file says. With no_new_privs no file
// gives anything, so this is a second lock on the same door and may be missing in a container.
static void empty_bounding_set(void) {
  for (unsigned long capability = 0; capability < 64; ++capability) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) return;
  }
}

static bool drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return syscall(SYS_capset, &header, none) == 0;
}

static bool has_any_capability(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
  if (syscall(SYS_capget, &header, data) != 0) return true;
  unsigned all = 0;
  for (size_t i = 0; i < sizeof data / sizeof data[0]; ++i) {
    all |= data[i].effective | data[i].permitted | data[i].inheritable;
  }
  return all != 0;
}

static bool could_go_back(const struct identity* who) {
  uid_t uids[3];
  gid_t gids[3];
  if (getresuid(&uids[0], &uids[1], &uids[2]) != 0) return true;
  if (getresgid(&gids[0], &gids[1], &gids[2]) != 0) return true;
  for (int i = 0; i < 3; ++i) {
    if (uids[i] != who->uid || gids[i] != who->gid) return true;
  }
  return setuid(0) == 0 || has_any_capability();
}

const char* take_identity(const struct identity* who) {
  if (!who->has_uid || geteuid() != 0) return NULL;
  bool stays_root = who->uid == 0;
  if (!stays_root) {
    // A caller's wish to keep capabilities over a change of ids is not the job's.
    if (prctl(PR_SET_SECUREBITS, SECUREBITS_DEFAULT, 0, 0, 0) != 0 &&
        prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) != SECUREBITS_DEFAULT) {
      return "reset securebits";
    }
    if (who->no_new_privileges) empty_bounding_set();
  }
  leave_keyring();
  if (setgroups(who->groups_count, who->groups) != 0) return "take the groups of its user";
  if (setresgid(who->gid, who->gid, who->gid) != 0) return "take the group of its user";
  if (setresuid(who->uid, who->uid, who->uid) != 0) return "take the uid of its user";
  leave_keyring();  // again, for one that belongs to the user; his quota of keys may be used up
  if (stays_root) return NULL;
  if (!drop_capabilities()) return "drop capabilities";
  if (who->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return "refuse new privileges";
  }
  if (!could_go_back(who)) return NULL;
  errno = EPERM;
  return "give up the rights of root for good";
}

const char* take_plain_identity(uid_t uid, gid_t gid) {
  struct identity who = {
      .has_uid = true, .has_gid = true, .uid = uid, .gid = gid, .no_new_privileges = true};
  return take_identity(&who);
}
