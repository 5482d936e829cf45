// Names that the daemon knows, for completion.
#pragma once

#include "cli/complete_words.hpp"
#include "cli/context.hpp"

namespace berth {

// Nothing when the daemon is away, and no longer than a second: somebody waits at a prompt.
std::vector<Candidate> live_names(ControlClient& client, const std::string& what);

}  // namespace berth
