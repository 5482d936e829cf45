/* Flaw: more plugins than there can be. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("count_huge")}};
static const berth_module module = {SOUND_MODULE, .plugin_count = UINT64_MAX};
EXPORT_MODULE
