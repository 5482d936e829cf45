// berthd: every part, made in order, run, and stopped in order.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "config/site.hpp"

namespace berth {

class Daemon {
 public:
  // Makes every part and begins to serve; the site has been checked as far as it can be without
  // plugins. Errors: "BadSite" (what the site says of plugins is wrong; the message is the whole
  // list), those of each step.
  static Result<std::unique_ptr<Daemon>> start(SiteCheck site);
  ~Daemon();

  // Serves until SIGTERM, SIGINT or stop(), then stops in order: no job ends because of it.
  void run();
  void stop();  // [any]

 private:
  struct Parts;
  explicit Daemon(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Says all that is wrong with the site, its plugins included, without touching its state folder.
SiteCheck check_site(const std::filesystem::path& file);

}  // namespace berth
