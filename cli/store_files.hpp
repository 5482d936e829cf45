// `berth store`: checking, backing up and restoring what berthd keeps, and what a restore leaves to
// a person.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace berth {

// Where the store lies when no daemon is asked: of the two at most one is given.
struct StorePlace {
  std::string state_dir;
  std::string config;  // a site file that names it
};

// With a `file`: that one. Else the store of `place`, which no daemon may have open.
int run_store_check(Context& context, const std::string& file, const StorePlace& place,
                    const std::string& output);

// By the daemon that runs, or, with a `place`, of a store that no daemon has open.
int run_store_backup(Context& context, const std::string& file, const StorePlace& place,
                     const std::string& output);

int run_store_restore(Context& context, const std::string& file, const StorePlace& place,
                      const std::string& output);

int run_strays(Context& context, const std::string& output);
// `verb`: adopt or release.
int run_act_on_stray(Context& context, const std::string& verb, const std::string& stray,
                     const std::string& reason);

}  // namespace berth
