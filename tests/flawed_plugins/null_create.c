/* Flaw: no way to make an instance. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("null_create"), .create = 0}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
