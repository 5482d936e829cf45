/* Flaw: answers under the right name, but for another major version of the contract. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("wrong_major")}};
static const berth_module module = {SOUND_MODULE, .abi_major = 2};
EXPORT_MODULE
