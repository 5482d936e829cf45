/* Flaw: a plugin record that is longer than the stride between records. */
#include "flawed.h"

static const berth_plugin plugins[] = {{SOUND_FILTER("size_huge"), .size = UINT64_MAX}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
