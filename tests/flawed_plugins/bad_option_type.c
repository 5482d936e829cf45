/* Flaw: an option of a type that this version does not have. */
#include "flawed.h"

static const berth_option options[] = {{.size = sizeof(berth_option),
                                        .name = TEXT("colour"),
                                        .help = TEXT("of the pool"),
                                        .fallback = TEXT("blue"),
                                        .type = 99}};
static const berth_plugin plugins[] = {
    {SOUND_FILTER("bad_option_type"), .options = options, .option_count = 1}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
