/* Flaw: records that say they are empty. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("size_zero"), .size = 0}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
