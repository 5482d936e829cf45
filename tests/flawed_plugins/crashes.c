/* Flaw: takes the whole process down. Only for tests that run it in a process of its own. */
#include <stdlib.h>

#include "flawed.h"

static int32_t crash(void* instance, const berth_batch* batch, berth_verdict* verdicts) {
  (void)instance, (void)batch, (void)verdicts;
  abort();
}

static const berth_filter_functions functions = {.size = sizeof(berth_filter_functions),
                                                 .filter = crash};
static const berth_plugin plugins[] = {{SOUND_FILTER("crashes"), .functions = &functions}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
