/* Flaw: refuses for a reason that its table does not have. */
#include "flawed.h"

static int32_t answer_wildly(void* instance, const berth_batch* batch, berth_verdict* verdicts) {
  (void)instance;
  for (uint64_t i = 0; i < batch->pool_count; ++i) {
    verdicts[i] = (berth_verdict){.kind = BERTH_NEVER, .reason = 4242};
  }
  return 0;
}

static const berth_filter_functions functions = {.size = sizeof(berth_filter_functions),
                                                 .filter = answer_wildly};
static const berth_plugin plugins[] = {{SOUND_FILTER("wild_reason"), .functions = &functions}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
