/* A filter that answers differently in each version. */
#include "../../flawed_plugins/flawed.h"

static const berth_reason reasons[] = {{.size = sizeof(berth_reason),
                                        .code = 1,
                                        .kind = BERTH_NEVER,
                                        .name = TEXT("Version"),
                                        .text = TEXT("this is version " VERSION)}};

static int32_t refuse_all(void* instance, const berth_batch* batch, berth_verdict* verdicts) {
  (void)instance;
  for (uint64_t i = 0; i < batch->pool_count; ++i) {
    verdicts[i] = (berth_verdict){.kind = BERTH_NEVER, .reason = 1, .want = VERSION[0] - '0'};
  }
  return 0;
}

static const berth_filter_functions functions = {.size = sizeof(berth_filter_functions),
                                                 .filter = refuse_all};
static const berth_plugin plugins[] = {{.size = sizeof(berth_plugin),
                                        .id = TEXT("versioned"),
                                        .version = TEXT(VERSION),
                                        .summary = TEXT("Tells its version"),
                                        .kind = BERTH_KIND_FILTER,
                                        .reasons = reasons,
                                        .reason_count = 1,
                                        .reason_stride = sizeof(berth_reason),
                                        .create = create_nothing,
                                        .destroy = destroy_nothing,
                                        .functions = &functions}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
