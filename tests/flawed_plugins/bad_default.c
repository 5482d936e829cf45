/* Flaw: an option whose default is not of its type. */
#include "flawed.h"

static const berth_option options[] = {{.size = sizeof(berth_option),
                                        .name = TEXT("headroom"),
                                        .help = TEXT("GPUs to keep free"),
                                        .fallback = TEXT("plenty"),
                                        .type = BERTH_MILLI}};
static const berth_plugin plugins[] = {
    {SOUND_FILTER("bad_default"), .options = options, .option_count = 1}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
