// What all conversations with one API server share.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "attempt_identity.hpp"
#include "client/api_client.hpp"
#include "client/resource_kinds.hpp"
#include "failures.hpp"
#include "pool_settings.hpp"

namespace berth {

struct ApiTools {
  boost::asio::io_context& io;
  ApiClient& client;
  ResourceKinds& kinds;
  const Identity& identity;
  const SiteDefaults& site;
  std::function<void(const std::string& line)> warn;
};

// How long the API server itself works on a change, and how long after that nothing can come of it
// any more: its store gives up, too.
inline constexpr std::chrono::seconds kServerDeadline{10};
inline constexpr std::chrono::seconds kChangeTimeout{15};
inline constexpr std::chrono::seconds kDoubtLasts{20};

// "/api/v1/namespaces/ml/pods/p1"; both may be empty.
std::string core_path(const std::string& plural, const std::string& in_namespace = "",
                      const std::string& name = "");

using Listed = std::variant<std::vector<nlohmann::json>, Failure>;

// Everything under several list paths, asked at once; the first failure is the answer, but what
// the API server does not know at all has no objects. Each item gets its apiVersion and kind.
// `only_metadata`: all that berthd may see of a Secret. [io]
void list_all(ApiTools& tools, std::vector<std::string> paths, bool only_metadata,
              std::function<void(Listed)> done);

// Deletes one object, in the foreground, if it still is this creation; one that is gone already is
// a success. [io]
void delete_object(ApiTools& tools, const std::string& path, const std::string& uid,
                   std::function<void(std::optional<Failure>)> done);

}  // namespace berth
