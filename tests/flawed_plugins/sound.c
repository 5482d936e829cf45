/* No flaw: what the others are a copy of, to show that it is their flaw that is refused. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("sound")}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
