// The four kinds of plugin as the daemon calls them. Behind each stands a C table of a library, or a
// test's own object: nothing that decides can tell which.
#pragma once

#include <berth/abi.h>

#include <memory>
#include <string>
#include <string_view>

namespace berth {

// A refusal's words: what the reason table says of a code.
struct ReasonText {
  std::string name;
  std::string text;  // with the numbers filled in
};

// An instance of a filter. [loop]
class Filter {
 public:
  virtual ~Filter() = default;
  virtual const std::string& instance() const = 0;  // the site's name for it
  // One verdict per pool. False: the plugin failed or is in quarantine; `verdicts` mean nothing and
  // the job must be held with the reason PolicyError.
  virtual bool filter(const berth_batch& batch, berth_verdict* verdicts) = 0;
  virtual ReasonText explain(const berth_verdict& verdict) const = 0;  // [any]
};

// An instance of a scorer. [loop]
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual const std::string& instance() const = 0;
  // One score per pool, each 0..1. False as above.
  virtual bool score(const berth_batch& batch, double* scores) = 0;
};

}  // namespace berth
