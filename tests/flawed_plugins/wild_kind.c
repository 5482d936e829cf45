/* Flaw: verdicts of a kind that does not exist. */
#include "flawed.h"

static int32_t answer_wildly(void* instance, const berth_batch* batch, berth_verdict* verdicts) {
  (void)instance;
  for (uint64_t i = 0; i < batch->pool_count; ++i) verdicts[i] = (berth_verdict){.kind = 4242};
  return 0;
}

static const berth_filter_functions functions = {.size = sizeof(berth_filter_functions),
                                                 .filter = answer_wildly};
static const berth_plugin plugins[] = {{SOUND_FILTER("wild_kind"), .functions = &functions}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
