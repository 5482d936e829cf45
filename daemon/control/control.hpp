// All that the routes work with.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "access/rules.hpp"
#include "base/clock.hpp"
#include "base/loop.hpp"
#include "config/site.hpp"
#include "control/event_hub.hpp"
#include "control/instruments.hpp"
#include "control/reader_pool.hpp"
#include "lifecycle/engine.hpp"
#include "plugins/catalog.hpp"
#include "secrets/tokens.hpp"

namespace berth {

// Who this daemon is.
struct ServerIdentity {
  std::string version;
  std::string instance;
  std::int64_t epoch = 1;
  Stamp started;
};

// The references outlive every connection.
struct Control {
  const Site& site;
  const AccessRules& rules;
  const Clock& clock;
  const Tokens& tokens;
  Loop& loop;
  Workers& io;     // the threads that serve connections
  Engine& engine;  // only on the loop
  ReaderPool& readers;
  EventHub& hub;
  std::map<std::string, Backend*> backends;  // by cluster
  std::map<std::string, JobType*> jobtypes;  // by type
  std::function<std::vector<PluginStatus>()> plugins;
  std::function<std::string()> store_trouble;  // why no new jobs can be stored; empty: they can
  // Copies the store into a file; the answer comes on the loop.
  std::function<void(std::filesystem::path, std::function<void(Result<void>)>)> back_up;
  ServerIdentity server;
  Instruments instruments;
};

}  // namespace berth
