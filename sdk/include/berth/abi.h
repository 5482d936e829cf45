/* The plugin contract of Berth, major version 1, in C.
 *
 * A plugin is a shared library that exports one function, `berth_module_v1`. C++ authors want
 * <berth/filter.hpp>, <berth/scorer.hpp>, <berth/jobtype.hpp> or <berth/backend.hpp>, which write
 * all of this for them.
 *
 * Rules of the border
 *  - A *record* begins with its own size in bytes and only ever grows at its end; read a member
 *    only when `size` covers it. Arrays of records carry their stride. A *value* (marked so) is
 *    frozen for this major version. There is no tail padding.
 *  - Null and zero mean absent. Unknown enumeration values must be tolerated.
 *  - No exception, C++ type, errno, FILE*, long, bool, bit-field or allocator crosses. Memory is
 *    freed by the side that made it; text for the host is written into a sink the host gives.
 *  - Pointers handed to a function are borrowed until it returns, unless a comment says otherwise.
 *  - Functions return 0 for success; anything else is a fault of the plugin, which the host counts.
 *  - Units: CPU and GPU in thousandths (milli), memory in bytes, times in milliseconds since the
 *    Unix epoch.
 */
#ifndef BERTH_ABI_H
#define BERTH_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BERTH_ABI_MAJOR 1u
#define BERTH_ABI_MINOR 1u

/* Whether a record that was handed over is long enough to hold `member`. */
#define BERTH_HAS(type, record, member) \
  ((record)->size >= offsetof(type, member) + sizeof(((type*)0)->member))

/* Interned text: equal text is an equal id within one process. */
typedef uint32_t berth_id;
#define BERTH_ID_ABSENT 0u
/* Text of a job that neither the site nor any pool knows: equal to nothing, not even to itself. */
#define BERTH_ID_UNKNOWN 0xFFFFFFFFu

/* Value: UTF-8 text, not terminated by a zero byte. */
typedef struct berth_str {
  const char* data;
  uint64_t size;
} berth_str;

/* Value: where a plugin writes text for the host; if called several times, pieces are joined. */
typedef struct berth_sink {
  void* context;
  void (*write)(void* context, berth_str text);
} berth_sink;

/* ---- Hot values: what filters and scorers look at ------------------------------------------- */

/* Value: an amount of a resource other than CPU, memory and GPU. */
typedef struct berth_amount {
  berth_id resource;
  uint32_t reserved;
  int64_t milli;
} berth_amount;

/* Value. */
typedef struct berth_label {
  berth_id key;
  berth_id value;
} berth_label;

/* Value: this many nodes have this much free, each. */
typedef struct berth_room {
  uint64_t nodes;
  int64_t cpu_milli;
  int64_t memory_bytes;
  int64_t gpu_milli;
} berth_room;

/* Record: nodes of one kind in a pool. Capacities are of one node. */
typedef struct berth_node_shape {
  uint64_t size;
  berth_id sku; /* GPU SKU; absent for nodes without GPUs */
  uint32_t nodes;
  int64_t cpu_milli;
  int64_t memory_bytes;
  int64_t gpu_milli;
  const berth_room* rooms; /* free room, nodes of equal room counted together */
  uint64_t room_count;
} berth_node_shape;

typedef uint32_t berth_cluster_state;
#define BERTH_CLUSTER_READY 1u
#define BERTH_CLUSTER_CORDONED 2u
#define BERTH_CLUSTER_DRAINING 3u
#define BERTH_CLUSTER_OFFLINE 4u

#define BERTH_POOL_SHARED 1u /* flag: the pool has no owner of its own */

/* Record: a pool as a decision sees it. `free` is what neither others nor Berth's ledger holds. */
typedef struct berth_pool {
  uint64_t size;
  berth_id name;
  berth_id cluster;
  berth_id owner; /* absent for a shared pool */
  berth_id region;
  berth_id zone;
  berth_cluster_state cluster_state;
  uint32_t flags;
  uint32_t reserved;
  const berth_label* labels; /* the pool's over its cluster's, sorted by key id, one value a key */
  uint64_t label_count;
  const berth_id* formats; /* workload formats that the cluster's backend takes */
  uint64_t format_count;
  const berth_node_shape* shapes;
  uint64_t shape_count;
  uint64_t shape_stride;
  int64_t cpu_capacity_milli;
  int64_t cpu_free_milli;
  int64_t memory_capacity_bytes;
  int64_t memory_free_bytes;
  int64_t gpu_capacity_milli;
  int64_t gpu_free_milli;
  const berth_amount* extra_capacity; /* sorted by resource id */
  uint64_t extra_capacity_count;
  const berth_amount* extra_free; /* sorted by resource id */
  uint64_t extra_free_count;
  double price; /* per GPU and hour; per CPU and hour where the pool has no GPUs; 0: not stated */
} berth_pool;

/* Record: `count` equal members of a gang. Amounts are of one member. */
typedef struct berth_group {
  uint64_t size;
  berth_str name;
  int64_t count;
  int64_t cpu_milli;
  int64_t memory_bytes;
  int64_t gpu_milli;
  const berth_id* skus; /* any of these; none: any SKU will do */
  uint64_t sku_count;
  const berth_amount* extra;
  uint64_t extra_count;
} berth_group;

typedef uint32_t berth_operator;
#define BERTH_OP_IN 1u
#define BERTH_OP_NOT_IN 2u
#define BERTH_OP_EXISTS 3u
#define BERTH_OP_DOES_NOT_EXIST 4u

/* Record: a required label expression, as in Kubernetes. */
typedef struct berth_expression {
  uint64_t size;
  berth_id key;
  berth_operator op;
  const berth_id* values;
  uint64_t value_count;
} berth_expression;

/* Value: a wish for pools that carry this label. */
typedef struct berth_preference {
  berth_label label;
  int64_t weight;
} berth_preference;

#define BERTH_JOB_PREEMPTIBLE 1u

/* Record: a job as a decision sees it. */
typedef struct berth_job {
  uint64_t size;
  int64_t now_ms; /* when the decision is made: the only clock a filter or scorer has */
  berth_id project;
  berth_id owner;
  berth_id type;
  uint32_t flags;
  int64_t priority;
  const berth_group* groups;
  uint64_t group_count;
  uint64_t group_stride;
  int64_t cpu_milli; /* of the whole gang, as are the next two */
  int64_t memory_bytes;
  int64_t gpu_milli;
  const berth_id* formats; /* workload formats that the job's type can render */
  uint64_t format_count;
  const berth_id* regions; /* any of these; none: any region */
  uint64_t region_count;
  const berth_id* zones;
  uint64_t zone_count;
  const berth_expression* expressions; /* all of these; `requires.labels` are among them */
  uint64_t expression_count;
  uint64_t expression_stride;
  const berth_preference* preferences;
  uint64_t preference_count;
} berth_job;

/* Record: one job against some pools. */
typedef struct berth_batch {
  uint64_t size;
  const berth_job* job;
  const berth_pool* const* pools;
  uint64_t pool_count;
} berth_batch;

typedef uint32_t berth_verdict_kind;
#define BERTH_FITS 0u
#define BERTH_NOT_NOW 1u   /* would fit if somebody gave back room: the job waits */
#define BERTH_NEVER 2u     /* this pool can never take this job */
#define BERTH_BY_POLICY 3u /* somebody's rule forbids it */

typedef uint8_t berth_unit;
#define BERTH_UNIT_NONE 0u  /* a plain number */
#define BERTH_UNIT_MILLI 1u /* thousandths: 1500 is shown as 1.5 */
#define BERTH_UNIT_BYTES 2u
#define BERTH_UNIT_TEXT 3u /* a berth_id, shown as its text */

/* Value: a filter's answer about one pool. `reason` is a code of the plugin's reason table; the two
 * numbers are what its text shows as {want} and {have}, in these units unless it names others. */
typedef struct berth_verdict {
  berth_verdict_kind kind;
  uint16_t reason;
  berth_unit want_unit;
  berth_unit have_unit;
  int64_t want;
  int64_t have;
} berth_verdict;

/* ---- Descriptors ---------------------------------------------------------------------------- */

typedef uint32_t berth_value_type;
#define BERTH_TEXT 1u
#define BERTH_INTEGER 2u
#define BERTH_NUMBER 3u
#define BERTH_BOOLEAN 4u  /* integer 0 or 1 */
#define BERTH_MILLI 5u    /* a quantity ("500m", "2"), passed as thousandths */
#define BERTH_BYTES 6u    /* a quantity ("16Gi"), passed as bytes */
#define BERTH_DURATION 7u /* "30m", passed as milliseconds */
#define BERTH_TEXT_LIST 8u
/* Since 1.1. Text: a file or folder. In the site file it may be relative to that file's folder; what
 * is passed is not. "" stays "". */
#define BERTH_PATH 9u

/* Record: the value of one option, in the order of the option table. */
typedef struct berth_value {
  uint64_t size;
  berth_value_type type;
  uint32_t reserved;
  int64_t integer;
  double number;
  berth_str text;
  const berth_str* list;
  uint64_t list_count;
} berth_value;

/* Record: an option that a site file may set. */
typedef struct berth_option {
  uint64_t size;
  berth_str name;
  berth_str help;
  /* The default, as in the site file but without quotes ("2Gi", "30m", "true"); of a list: its
   * items between commas, none: "". Null data: the site must set it. */
  berth_str fallback;
  berth_value_type type;
  uint32_t has_range;
  double least; /* for numeric types, in the unit passed */
  double most;
} berth_option;

/* Record: a reason for which a filter refuses. `text` may hold {want} and {have}, shown in the
 * units of the verdict, or in one of its own: {want:milli}, {want:bytes}, {want:text} (an interned
 * id). */
typedef struct berth_reason {
  uint64_t size;
  uint32_t code; /* 1 to 65535 */
  berth_verdict_kind kind;
  berth_str name; /* one CamelCase word */
  berth_str text;
} berth_reason;

typedef uint32_t berth_log_level;
#define BERTH_LOG_DEBUG 1u
#define BERTH_LOG_INFO 2u
#define BERTH_LOG_WARNING 3u
#define BERTH_LOG_ERROR 4u

/* Record: what the host offers. Lives as long as the process; every function may be called from any
 * thread, `intern` and `metric` only inside `create`. */
typedef struct berth_host {
  uint64_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  void* context;
  void (*log)(void* context, berth_log_level level, berth_str message);
  berth_id (*intern)(void* context, berth_str text); /* BERTH_ID_ABSENT when the table is full */
  berth_id (*lookup)(void* context, berth_str text); /* BERTH_ID_UNKNOWN when nobody interned it */
  uint32_t (*metric)(void* context, berth_str name, berth_str help); /* a counter's number */
  void (*count)(void* context, uint32_t metric, double by);
  const void* (*extension)(void* context, berth_str id);
} berth_host;

typedef uint32_t berth_kind;
#define BERTH_KIND_FILTER 1u
#define BERTH_KIND_SCORER 2u
#define BERTH_KIND_JOBTYPE 3u
#define BERTH_KIND_BACKEND 4u
/* Reserved: 5 order of the queue, 6 tiers, 7 choice of victims. */

/* Record, since 1.1: an extension of an instance, for those who check a site file. `check` looks at
 * what the options name (files, credentials), changes nothing, and writes each problem as a line; 0
 * unless it failed itself. Its own files it may read, but it talks to nobody. */
#define BERTH_CHECK_EXTENSION "berth.check/1"
typedef struct berth_check_functions {
  uint64_t size;
  int32_t (*check)(void* instance, const berth_sink* problems);
} berth_check_functions;

/* Record: one plugin of a module. Static for the life of the library. */
typedef struct berth_plugin {
  uint64_t size;
  berth_str id;
  berth_str version;
  berth_str summary;
  berth_kind kind;
  uint32_t reserved;
  const berth_option* options;
  uint64_t option_count;
  uint64_t option_stride;
  const berth_reason* reasons;
  uint64_t reason_count;
  uint64_t reason_stride;
  /* Makes an instance; `values` follow the option table, `values[0].size` bytes apart. On failure
   * returns null and writes why. */
  void* (*create)(const berth_host* host, const berth_value* values, uint64_t value_count,
                  const berth_sink* why);
  void (*destroy)(void* instance);
  const void* functions; /* berth_filter_functions, ... by kind */
  const void* (*extension)(void* instance, berth_str id); /* may be null */
} berth_plugin;

/* Record: what a library holds. */
typedef struct berth_module {
  uint64_t size;
  uint32_t abi_major;
  uint32_t abi_minor; /* of the headers it was built with */
  const berth_plugin* plugins;
  uint64_t plugin_count;
  uint64_t plugin_stride;
} berth_module;

/* ---- Functions by kind ---------------------------------------------------------------------- */

/* Pure: the answer depends on batch and options alone. One thread at a time per instance. */
typedef struct berth_filter_functions {
  uint64_t size;
  int32_t (*filter)(void* instance, const berth_batch* batch, berth_verdict* verdicts);
} berth_filter_functions;

/* Pure, as above. Scores are 0 (worst) to 1 (best); the host clamps and counts others as faults. */
typedef struct berth_scorer_functions {
  uint64_t size;
  int32_t (*score)(void* instance, const berth_batch* batch, double* scores);
} berth_scorer_functions;

/* Pure, callable from several threads at once. Texts are JSON; their forms are in
 * <berth/jobtype.hpp>. */
typedef struct berth_jobtype_functions {
  uint64_t size;
  berth_str section;        /* the request's section that is this type's own */
  const berth_str* formats; /* workload formats it can render, best first */
  uint64_t format_count;
  const berth_str* manifests; /* "apiVersion/kind" that it also takes */
  uint64_t manifest_count;
  int32_t (*validate)(void* instance, berth_str request, const berth_sink* problems);
  int32_t (*groups)(void* instance, berth_str request, const berth_sink* groups);
  int32_t (*render)(void* instance, berth_str order, const berth_sink* workload);
  int32_t (*interpret)(void* instance, berth_str status, const berth_sink* observation);
  int32_t (*probe)(void* instance, berth_str turn, const berth_sink* step); /* may be null */
} berth_jobtype_functions;

typedef int32_t berth_call_status;
#define BERTH_CALL_OK 0
#define BERTH_CALL_UNKNOWN 1   /* no telling whether it happened: ask again */
#define BERTH_CALL_TRANSIENT 2 /* it did not happen; may well later */
#define BERTH_CALL_PERMANENT 3 /* it did not happen and never will */
#define BERTH_CALL_NOT_FOUND 4

/* Record: how a backend answers. Any thread; texts are copied before the call returns. */
typedef struct berth_backend_host {
  uint64_t size;
  void* context;
  int64_t (*now_ms)(void* context);
  /* Ends the call of that number, once. */
  void (*complete)(void* context, uint64_t call, berth_call_status status, berth_str answer);
  /* Something happened that nobody asked about. */
  void (*event)(void* context, berth_str event);
} berth_backend_host;

/* Every function returns at once and is completed later by `complete` with its call's number; one
 * that returns non-zero is never completed. Any thread; calls for one (job, attempt) are made one
 * after the other. `launch` and `release` are idempotent on (job, attempt). After `stop` has been
 * completed nothing is posted any more. Texts are JSON; their forms are in <berth/backend.hpp>. */
typedef struct berth_backend_functions {
  uint64_t size;
  const berth_str* formats; /* workload formats it takes */
  uint64_t format_count;
  int32_t (*start)(void* instance, const berth_backend_host* host, uint64_t call,
                   berth_str cluster);
  int32_t (*adopt)(void* instance, uint64_t call, berth_str attempt);
  int32_t (*launch)(void* instance, uint64_t call, berth_str order);
  int32_t (*release)(void* instance, uint64_t call, berth_str attempt);
  int32_t (*pools)(void* instance, uint64_t call);
  int32_t (*health)(void* instance, uint64_t call);
  int32_t (*put_secret)(void* instance, uint64_t call, berth_str secret);
  int32_t (*logs)(void* instance, uint64_t call, berth_str request);
  int32_t (*fetch)(void* instance, uint64_t call, berth_str request);
  int32_t (*stop)(void* instance, uint64_t call);
} berth_backend_functions;

/* The one exported symbol. What it returns lives as long as the library. */
typedef const berth_module* (*berth_module_function)(void);

#ifdef __GNUC__
#define BERTH_EXPORT __attribute__((visibility("default")))
#else
#define BERTH_EXPORT
#endif

BERTH_EXPORT const berth_module* berth_module_v1(void);

#ifdef __cplusplus
}
#endif

#endif /* BERTH_ABI_H */
