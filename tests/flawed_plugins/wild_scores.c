/* Flaw: scores that are no numbers, and scores out of range, turn by turn. */
#include "flawed.h"

static int32_t score_wildly(void* instance, const berth_batch* batch, double* scores) {
  (void)instance;
  for (uint64_t i = 0; i < batch->pool_count; ++i) scores[i] = i % 2 == 0 ? __builtin_nan("") : 7.0;
  return 0;
}

static const berth_scorer_functions functions = {.size = sizeof(berth_scorer_functions),
                                                 .score = score_wildly};
static const berth_plugin plugins[] = {
    {SOUND_FILTER("wild_scores"), .kind = BERTH_KIND_SCORER, .functions = &functions}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
