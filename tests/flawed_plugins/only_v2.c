/* Flaw: built for the next major version, whose entry has another name. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("only_v2")}};
static const berth_module module = {SOUND_MODULE, .abi_major = 2};

BERTH_EXPORT const berth_module* berth_module_v2(void);
const berth_module* berth_module_v2(void) { return &module; }
