/* Flaw: two plugins of one name. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("duplicate_id")},
                                       {SOUND_FILTER("duplicate_id")}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
