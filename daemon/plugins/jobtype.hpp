// Job types as the daemon calls them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/job_class.hpp"

namespace berth {

// Everything a job type needs to write down what a cluster shall run.
struct RenderOrder {
  std::string format;
  std::string instance;  // of this Berth
  std::string job;
  int attempt = 0;
  std::string cluster;
  std::string pool;
  std::string token;    // the job's own, for closing what it opens
  std::string request;  // JSON as sent
  std::vector<Group> groups;
};

// What a request asks for.
struct Needs {
  std::vector<Group> groups;
  std::vector<Problem> notes;  // what will hold otherwise than written; for whoever sent it
};

// What a backend's native status means.
struct Observation {
  // kUnknown: the job type does not know what it is told; what was seen before still holds.
  enum class State { kStarting, kRunning, kReady, kSucceeded, kFailed, kUnknown };
  State state = State::kStarting;
  // Of an end: AppFailed, OOMKilled, NodeLost, ... Before that: what is in its way at the moment.
  std::string reason;
  std::string message;
  int exit_code = 0;
  int ready = 0;   // workers
  int wanted = 0;
  bool wants_probe = false;  // readiness has to be asked of the job's head
  std::string endpoints;     // JSON object: name to "host:port"
  std::string status;        // JSON for people: head, endpoints, workers, pod_errors
};

// One turn of the conversation with a job's head.
struct ProbeTurn {
  std::string job;
  int attempt = 0;
  std::string token;
  std::vector<Group> groups;
  std::string endpoints;  // JSON
  std::string memory;     // what the step before said to remember; JSON
  std::string response;   // JSON: {"status","body"} or {"error"}; empty at the first turn
};

struct ProbeStep {
  bool fetches = false;
  std::string endpoint, method, path, headers, body;  // headers: JSON object
  std::string memory;
  // When it does not fetch:
  int ready = 0;
  int wanted = 0;
  bool done = false;
  std::string message;
  std::int64_t again_ms = 500;
};

// An instance of a job type. Pure: every function may be called on several threads at once. [io]
class JobType {
 public:
  virtual ~JobType() = default;
  virtual const std::string& type() const = 0;     // as requests name it: its section
  virtual const std::string& version() const = 0;  // of the plugin
  virtual const std::vector<std::string>& formats() const = 0;
  // The "apiVersion/kind" of objects that a request may have instead of the section.
  virtual const std::vector<std::string>& manifests() const = 0;
  virtual Result<Needs> needs(std::string_view request) const = 0;         // validates first
  virtual Result<std::string> render(const RenderOrder& order) const = 0;         // workload, JSON
  virtual Result<Observation> interpret(std::string_view format, const std::vector<Group>& groups,
                                        std::string_view native_status) const = 0;
  virtual Result<ProbeStep> probe(const ProbeTurn& turn) const = 0;
};

}  // namespace berth
