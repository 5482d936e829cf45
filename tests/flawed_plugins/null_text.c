/* Flaw: an id without text. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("null_text"), .id = {0, 9}}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
