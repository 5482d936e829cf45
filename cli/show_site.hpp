// The site: clusters, pools, owners and projects, plugins, and the server itself.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace berth {

int run_clusters(Context& context, const std::string& output);
int run_pools(Context& context, const std::string& output);
int run_owners(Context& context, const std::string& output);
int run_projects(Context& context, const std::string& output);
int run_plugin_list(Context& context, const std::string& output);
int run_plugin_info(Context& context, const std::string& id, const std::string& output);
int run_server_status(Context& context, const std::string& output);

}  // namespace berth
