/* Flaw: a module that holds nothing. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("no_plugins")}};
static const berth_module module = {SOUND_MODULE, .plugin_count = 0};
EXPORT_MODULE
