// `berth plugin new filter NAME`: a folder that builds and passes its own test.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "cli/context.hpp"

namespace berth {

// The three spellings that a plugin's name has: "no-fridays" gives the file no_fridays, the class
// NoFridays and the id acme.no-fridays; "acme.no-fridays" says its own id.
struct PluginName {
  std::string file;
  std::string type;
  std::string id;
};

// Errors: "Usage" for what is no name. [any]
Result<PluginName> plugin_name(const std::string& name);

// The template's text or file name with its names replaced. [any]
std::string renamed_for(const PluginName& name, std::string text);

// Makes the folder ./FILE, which must not be there yet. `kind` is "filter", the one kind that the
// template has.
int run_plugin_new(Context& context, const std::string& kind, const std::string& name);

}  // namespace berth
