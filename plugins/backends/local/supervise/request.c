#define _GNU_SOURCE
#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limits.h"
#include "protocol.h"
#include "status.h"

static bool read_whole(int descriptor, void* into, size_t length) {
  char* at = into;
  while (length > 0) {
    ssize_t got = read(descriptor, at, length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse("cannot read the request: %s", strerror(errno));
    if (got == 0) return false;
    at += got;
    length -= (size_t)got;
  }
  return true;
}

static bool read_length(int descriptor, size_t* length) {
  unsigned char bytes[8];
  if (!read_whole(descriptor, bytes, sizeof bytes)) return false;
  uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[i];
  if (value == 0 || value > kRequestBytesMax) {
    refuse("a request of %llu bytes; 1 to %d are taken", (unsigned long long)value,
           kRequestBytesMax);
  }
  *length = (size_t)value;
  return true;
}

static const char* value_if(const char* record, const char* key) {
  size_t length = strlen(key);
  return strncmp(record, key, length) == 0 && record[length] == '=' ? record + length + 1 : NULL;
}

static uint64_t parse_number(const char* key, const char* text) {
  char* end = NULL;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || *text == '-' || value > INT64_MAX) {
    refuse("request: %s is no number: %.40s", key, text);
  }
  return value;
}

static void take_limit_cgroup(struct request* request, const char* path) {
  if (request->limit_cgroup_count == kLimitLeavesMax) {
    refuse("request: more than %d limit_cgroup", kLimitLeavesMax);
  }
  if (*path != '/') refuse("request: limit_cgroup is no absolute path: %.200s", path);
  request->limit_cgroups[request->limit_cgroup_count++] = path;
}

// An id of all ones is the kernel's word for "leave it as it is".
static unsigned parse_id(const char* key, const char* text) {
  uint64_t value = parse_number(key, text);
  if (value >= UINT32_MAX) refuse("request: %s is no id: %.40s", key, text);
  return (unsigned)value;
}

// True: it was one of those that say whose rights the job has.
static bool take_identity_record(struct identity* identity, char* record) {
  const char* value = NULL;
  if ((value = value_if(record, "uid"))) {
    identity->uid = parse_id("uid", value);
    identity->has_uid = true;
  } else if ((value = value_if(record, "gid"))) {
    identity->gid = parse_id("gid", value);
    identity->has_gid = true;
  } else if ((value = value_if(record, "group"))) {
    identity->groups[identity->groups_count++] = parse_id("group", value);
  } else if ((value = value_if(record, "no_new_privileges"))) {
    identity->no_new_privileges = parse_number("no_new_privileges", value) != 0;
  } else {
    return false;
  }
  return true;
}

static void take_record(struct request* request, char* record, size_t* arguments, size_t* names) {
  const char* value = NULL;
  if ((value = value_if(record, "argv"))) {
    request->arguments[(*arguments)++] = (char*)value;
  } else if ((value = value_if(record, "env"))) {
    request->environment[(*names)++] = (char*)value;
  } else if ((value = value_if(record, "directory"))) {
    request->directory = value;
  } else if ((value = value_if(record, "cgroup"))) {
    request->cgroup = *value == '\0' ? NULL : value;
  } else if ((value = value_if(record, "limit_cgroup"))) {
    take_limit_cgroup(request, value);
  } else if ((value = value_if(record, "processes_max"))) {
    request->processes_max = parse_number("processes_max", value);
  } else if ((value = value_if(record, "output_limit"))) {
    request->output_limit_bytes = parse_number("output_limit", value);
  } else if ((value = value_if(record, "grace_ms"))) {
    request->grace_ms = parse_number("grace_ms", value);
  } else if (!take_identity_record(&request->identity, record) &&
             !value_if(record, "wait_file")) {  // kept free for a later version
    // A wish that we do not know may be a limit: it is not dropped in silence.
    refuse("request: unknown record %.40s; this supervisor speaks version %d", record,
           kProtocolVersion);
  }
}

// Nothing runs as root because somebody forgot to say whom to run as.
static void check_identity(const struct identity* identity) {
  if (identity->has_uid != identity->has_gid) refuse("request: uid and gid come together");
  if (geteuid() == 0 && !identity->has_uid) {
    refuse("request: no uid; a supervisor of root must be told whose rights the job has");
  }
  if (geteuid() != 0 && identity->has_uid && identity->uid != geteuid()) {
    refuse("request: uid %u; this supervisor is uid %u and cannot become another", identity->uid,
           geteuid());
  }
}

static void check(const struct request* request) {
  if (request->arguments[0] == NULL) refuse("request: no argv");
  if (request->directory == NULL) refuse("request: no directory");
  if (request->cgroup != NULL && request->cgroup[0] != '/') {
    refuse("request: cgroup is no absolute path: %.200s", request->cgroup);
  }
  check_identity(&request->identity);
}

static void parse(struct request* request) {
  char* end = request->payload + request->payload_bytes;
  if (end[-1] != '\0') refuse("request: the last record has no end");
  size_t records = 0;
  for (char* at = request->payload; at < end; at += strlen(at) + 1) ++records;
  request->arguments = calloc(records + 1, sizeof(char*));
  request->environment = calloc(records + 1, sizeof(char*));
  request->limit_cgroups = calloc(kLimitLeavesMax, sizeof(char*));
  request->identity.groups = calloc(records + 1, sizeof(gid_t));
  if (!request->arguments || !request->environment || !request->limit_cgroups ||
      !request->identity.groups) {
    refuse("request: out of memory");
  }
  size_t arguments = 0;
  size_t names = 0;
  for (char* at = request->payload; at < end; at += strlen(at) + 1) {
    take_record(request, at, &arguments, &names);
  }
  check(request);
}

bool read_request(int descriptor, struct request* request) {
  *request = (struct request){.output_limit_bytes = 8 * 1024 * 1024, .grace_ms = 10000};
  if (!read_length(descriptor, &request->payload_bytes)) return false;
  request->payload = malloc(request->payload_bytes);
  if (request->payload == NULL) refuse("request: out of memory");
  if (!read_whole(descriptor, request->payload, request->payload_bytes)) return false;
  parse(request);
  return true;
}

bool await_go(int descriptor) {
  char byte = 0;
  if (!read_whole(descriptor, &byte, 1)) return false;
  if (byte != kGo) refuse("expected go, got byte %d", byte);
  return true;
}

void forget_request(struct request* request) {
  explicit_bzero(request->payload, request->payload_bytes);
  free(request->payload);
  free(request->arguments);
  free(request->environment);
  free(request->limit_cgroups);
  free(request->identity.groups);
  *request = (struct request){.grace_ms = request->grace_ms};
}
