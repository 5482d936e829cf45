/* Flaw: a module record that says it is empty. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("module_size_zero")}};
static const berth_module module = {SOUND_MODULE, .size = 0};
EXPORT_MODULE
