/* Flaw: a kind of plugin that this version does not have. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("unknown_kind"), .kind = 99}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
