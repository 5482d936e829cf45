/* What a sound filter in C consists of; each flawed plugin breaks one thing of it. */
#ifndef BERTH_TESTS_FLAWED_H
#define BERTH_TESTS_FLAWED_H

#include <berth/abi.h>

#define TEXT(literal) \
  { literal, sizeof(literal) - 1 }

static int instance_of_nothing;

static inline void* create_nothing(const berth_host* host, const berth_value* values,
                                   uint64_t value_count, const berth_sink* why) {
  (void)host, (void)values, (void)value_count, (void)why;
  return &instance_of_nothing;
}

static inline void destroy_nothing(void* instance) { (void)instance; }

static inline int32_t let_all_pass(void* instance, const berth_batch* batch,
                                   berth_verdict* verdicts) {
  (void)instance;
  for (uint64_t i = 0; i < batch->pool_count; ++i) {
    verdicts[i] = (berth_verdict){.kind = BERTH_FITS};
  }
  return 0;
}

static const berth_filter_functions sound_functions = {.size = sizeof(berth_filter_functions),
                                                       .filter = let_all_pass};

/* The members of a sound filter's descriptor; later designators override them. */
#define SOUND_FILTER(name)                                                      \
  .size = sizeof(berth_plugin), .id = TEXT(name), .version = TEXT("1.0.0"),     \
  .summary = TEXT("A plugin with a flaw"), .kind = BERTH_KIND_FILTER,           \
  .option_stride = sizeof(berth_option), .reason_stride = sizeof(berth_reason), \
  .create = create_nothing, .destroy = destroy_nothing, .functions = &sound_functions

/* The members of a sound module that holds `plugins`. */
#define SOUND_MODULE                                                                        \
  .size = sizeof(berth_module), .abi_major = BERTH_ABI_MAJOR, .abi_minor = BERTH_ABI_MINOR, \
  .plugins = plugins, .plugin_count = sizeof(plugins) / sizeof(plugins[0]),                 \
  .plugin_stride = sizeof(berth_plugin)

#define EXPORT_MODULE \
  const berth_module* berth_module_v1(void) { return &module; }

#endif
