/* Flaw: a stride with which every plugin would be the first one. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("stride_zero")}};
static const berth_module module = {SOUND_MODULE, .plugin_stride = 0};
EXPORT_MODULE
