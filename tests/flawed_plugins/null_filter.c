/* Flaw: a function table without the function. */
#include "flawed.h"

static const berth_filter_functions empty = {.size = sizeof(berth_filter_functions)};
static const berth_plugin plugins[] = {{SOUND_FILTER("null_filter"), .functions = &empty}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
