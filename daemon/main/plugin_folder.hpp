// Where the plugins lie that this program comes with.
#pragma once

#include "config/site.hpp"

namespace berth {

// A site that names no plugin folder gets the installed one; for a berthd that was built and not
// installed, that is the folder beside its own.
void settle_plugin_folder(ServerSettings& server);

}  // namespace berth
