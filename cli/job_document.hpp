// One job request as it was read from a file: JSON, and where each of its fields stands.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace berth {

struct JobDocument {
  std::string json;
  std::string file;                  // as the user named it; "-" is standard input
  std::map<std::string, int> lines;  // by path ("ray.workers[0].sku"); empty for JSON
  int number = 0;                    // among several of the file, from 1; 0: it is alone there
  std::string manifest;              // "RayCluster \"sweep\"", of one; empty: a job of our own form

  // "train.yaml:14", or the file alone where no line is known for the path or what holds it.
  std::string place(const std::string& path) const;
  // "document 2 (RayCluster \"sweep\")", "the job".
  std::string title() const;
};

// A file is read by its ending: .yaml or .yml, .toml, .json; "-" and all others as YAML, of which
// JSON is a part. YAML may hold several documents, each a job. Errors: "BadFile", naming file and
// line.
Result<std::vector<JobDocument>> read_job_file(const std::string& path);

Result<std::vector<JobDocument>> read_yaml(const std::string& text, const std::string& file);
Result<std::vector<JobDocument>> read_toml(const std::string& text, const std::string& file);
Result<std::vector<JobDocument>> read_json(const std::string& text, const std::string& file);

}  // namespace berth
