/* A filter in plain C: keeps some GPUs of every pool free. Also a model for authors in other
 * languages. */
#include <berth/abi.h>
#include <stdlib.h>

#define TEXT(literal) \
  { literal, sizeof(literal) - 1 }

enum { kNoHeadroom = 1 };

typedef struct c_filter {
  int64_t headroom_milli;
} c_filter;

static void refuse(const berth_sink* why, berth_str text) { why->write(why->context, text); }

static void* create(const berth_host* host, const berth_value* values, uint64_t value_count,
                    const berth_sink* why) {
  const berth_str wrong_options = TEXT("expected one option, a quantity");
  const berth_str no_memory = TEXT("out of memory");
  const berth_str made = TEXT("a filter in C was made");
  if (value_count != 1 || values[0].type != BERTH_MILLI) {
    refuse(why, wrong_options);
    return NULL;
  }
  c_filter* filter = malloc(sizeof *filter);
  if (filter == NULL) {
    refuse(why, no_memory);
    return NULL;
  }
  filter->headroom_milli = values[0].integer;
  host->log(host->context, BERTH_LOG_DEBUG, made);
  return filter;
}

static berth_verdict judge(const c_filter* self, const berth_job* job, const berth_pool* pool) {
  const berth_verdict fits = {.kind = BERTH_FITS};
  if (job->gpu_milli == 0 || job->gpu_milli <= pool->gpu_free_milli - self->headroom_milli)
    return fits;
  const berth_verdict full = {.kind = BERTH_NOT_NOW,
                              .reason = kNoHeadroom,
                              .want_unit = BERTH_UNIT_MILLI,
                              .have_unit = BERTH_UNIT_MILLI,
                              .want = job->gpu_milli + self->headroom_milli,
                              .have = pool->gpu_free_milli};
  return full;
}

static int32_t filter(void* instance, const berth_batch* batch, berth_verdict* verdicts) {
  for (uint64_t i = 0; i < batch->pool_count; ++i) {
    if (!BERTH_HAS(berth_pool, batch->pools[i], gpu_free_milli)) return 1;
    verdicts[i] = judge(instance, batch->job, batch->pools[i]);
  }
  return 0;
}

static const berth_option options[] = {{.size = sizeof(berth_option),
                                        .name = TEXT("headroom"),
                                        .help = TEXT("GPUs to keep free in every pool"),
                                        .fallback = TEXT("0"),
                                        .type = BERTH_MILLI,
                                        .has_range = 1,
                                        .least = 0,
                                        .most = 1e9}};
static const berth_reason reasons[] = {
    {.size = sizeof(berth_reason),
     .code = kNoHeadroom,
     .kind = BERTH_NOT_NOW,
     .name = TEXT("NoHeadroom"),
     .text = TEXT("needs {want} gpu with headroom, {have} free")}};
static const berth_filter_functions functions = {.size = sizeof(berth_filter_functions),
                                                 .filter = filter};
static const berth_plugin plugins[] = {{.size = sizeof(berth_plugin),
                                        .id = TEXT("c_filter"),
                                        .version = TEXT("1.0.0"),
                                        .summary = TEXT("Keeps GPUs free; written in C"),
                                        .kind = BERTH_KIND_FILTER,
                                        .options = options,
                                        .option_count = 1,
                                        .option_stride = sizeof(berth_option),
                                        .reasons = reasons,
                                        .reason_count = 1,
                                        .reason_stride = sizeof(berth_reason),
                                        .create = create,
                                        .destroy = free,
                                        .functions = &functions}};
static const berth_module module = {.size = sizeof(berth_module),
                                    .abi_major = BERTH_ABI_MAJOR,
                                    .abi_minor = BERTH_ABI_MINOR,
                                    .plugins = plugins,
                                    .plugin_count = 1,
                                    .plugin_stride = sizeof(berth_plugin)};

const berth_module* berth_module_v1(void) { return &module; }
