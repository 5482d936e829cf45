// The measured filter without a border.
#pragma once

#include <berth/abi.h>

namespace berth::bench {

// The loop as somebody would write it who changed the daemon instead of writing a plugin.
void compiled_in(const berth_batch& batch, berth_verdict* verdicts);

}  // namespace berth::bench
