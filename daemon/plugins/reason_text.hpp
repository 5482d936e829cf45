// A refusal's words with its numbers.
#pragma once

#include <berth/abi.h>

#include <string>
#include <string_view>

#include "plugins/intern.hpp"

namespace berth {

// The reason's words with the verdict's numbers: {want} and {have} in the verdict's units,
// {want:milli}, {want:bytes} and {want:text} in their own; other braces stay as they are. [any]
std::string fill_reason(std::string_view text, const berth_verdict& verdict,
                        const Interns& interns);

}  // namespace berth
