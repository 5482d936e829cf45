/* Flaw: no function table. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("null_functions"), .functions = 0}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
