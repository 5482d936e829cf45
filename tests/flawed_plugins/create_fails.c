/* Flaw: never makes an instance, and says why. */
#include "flawed.h"

static void* refuse(const berth_host* host, const berth_value* values, uint64_t value_count,
                    const berth_sink* why) {
  (void)host, (void)values, (void)value_count;
  const berth_str text = TEXT("the moon is in the wrong phase");
  why->write(why->context, text);
  return 0;
}

static const berth_plugin plugins[] = {{SOUND_FILTER("create_fails"), .create = refuse}};
static const berth_module module = {SOUND_MODULE};
EXPORT_MODULE
