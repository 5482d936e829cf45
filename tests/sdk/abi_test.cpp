// The layout of the contract, frozen: a record may get new members at its end (then its SIZE grows
// and OFFSET rows are added); whatever else changes breaks every plugin that was ever built.
#include <berth/abi.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <type_traits>

namespace {

#define OFFSET(record, member, expected) \
  static_assert(offsetof(record, member) == expected, #record "." #member " has moved")
#define SIZE(record, expected)                                            \
  static_assert(sizeof(record) == expected, #record " has another size"); \
  static_assert(std::is_standard_layout_v<record> && std::is_trivial_v<record>)

SIZE(berth_str, 16);
OFFSET(berth_str, data, 0);
OFFSET(berth_str, size, 8);

SIZE(berth_sink, 16);
OFFSET(berth_sink, context, 0);
OFFSET(berth_sink, write, 8);

SIZE(berth_amount, 16);
OFFSET(berth_amount, resource, 0);
OFFSET(berth_amount, reserved, 4);
OFFSET(berth_amount, milli, 8);

SIZE(berth_label, 8);
OFFSET(berth_label, key, 0);
OFFSET(berth_label, value, 4);

SIZE(berth_room, 32);
OFFSET(berth_room, nodes, 0);
OFFSET(berth_room, cpu_milli, 8);
OFFSET(berth_room, memory_bytes, 16);
OFFSET(berth_room, gpu_milli, 24);

SIZE(berth_node_shape, 56);
OFFSET(berth_node_shape, size, 0);
OFFSET(berth_node_shape, sku, 8);
OFFSET(berth_node_shape, nodes, 12);
OFFSET(berth_node_shape, cpu_milli, 16);
OFFSET(berth_node_shape, memory_bytes, 24);
OFFSET(berth_node_shape, gpu_milli, 32);
OFFSET(berth_node_shape, rooms, 40);
OFFSET(berth_node_shape, room_count, 48);

SIZE(berth_pool, 184);
OFFSET(berth_pool, size, 0);
OFFSET(berth_pool, name, 8);
OFFSET(berth_pool, cluster, 12);
OFFSET(berth_pool, owner, 16);
OFFSET(berth_pool, region, 20);
OFFSET(berth_pool, zone, 24);
OFFSET(berth_pool, cluster_state, 28);
OFFSET(berth_pool, flags, 32);
OFFSET(berth_pool, reserved, 36);
OFFSET(berth_pool, labels, 40);
OFFSET(berth_pool, label_count, 48);
OFFSET(berth_pool, formats, 56);
OFFSET(berth_pool, format_count, 64);
OFFSET(berth_pool, shapes, 72);
OFFSET(berth_pool, shape_count, 80);
OFFSET(berth_pool, shape_stride, 88);
OFFSET(berth_pool, cpu_capacity_milli, 96);
OFFSET(berth_pool, cpu_free_milli, 104);
OFFSET(berth_pool, memory_capacity_bytes, 112);
OFFSET(berth_pool, memory_free_bytes, 120);
OFFSET(berth_pool, gpu_capacity_milli, 128);
OFFSET(berth_pool, gpu_free_milli, 136);
OFFSET(berth_pool, extra_capacity, 144);
OFFSET(berth_pool, extra_capacity_count, 152);
OFFSET(berth_pool, extra_free, 160);
OFFSET(berth_pool, extra_free_count, 168);
OFFSET(berth_pool, price, 176);

SIZE(berth_group, 88);
OFFSET(berth_group, size, 0);
OFFSET(berth_group, name, 8);
OFFSET(berth_group, count, 24);
OFFSET(berth_group, cpu_milli, 32);
OFFSET(berth_group, memory_bytes, 40);
OFFSET(berth_group, gpu_milli, 48);
OFFSET(berth_group, skus, 56);
OFFSET(berth_group, sku_count, 64);
OFFSET(berth_group, extra, 72);
OFFSET(berth_group, extra_count, 80);

SIZE(berth_expression, 32);
OFFSET(berth_expression, size, 0);
OFFSET(berth_expression, key, 8);
OFFSET(berth_expression, op, 12);
OFFSET(berth_expression, values, 16);
OFFSET(berth_expression, value_count, 24);

SIZE(berth_preference, 16);
OFFSET(berth_preference, label, 0);
OFFSET(berth_preference, weight, 8);

SIZE(berth_job, 176);
OFFSET(berth_job, size, 0);
OFFSET(berth_job, now_ms, 8);
OFFSET(berth_job, project, 16);
OFFSET(berth_job, owner, 20);
OFFSET(berth_job, type, 24);
OFFSET(berth_job, flags, 28);
OFFSET(berth_job, priority, 32);
OFFSET(berth_job, groups, 40);
OFFSET(berth_job, group_count, 48);
OFFSET(berth_job, group_stride, 56);
OFFSET(berth_job, cpu_milli, 64);
OFFSET(berth_job, memory_bytes, 72);
OFFSET(berth_job, gpu_milli, 80);
OFFSET(berth_job, formats, 88);
OFFSET(berth_job, format_count, 96);
OFFSET(berth_job, regions, 104);
OFFSET(berth_job, region_count, 112);
OFFSET(berth_job, zones, 120);
OFFSET(berth_job, zone_count, 128);
OFFSET(berth_job, expressions, 136);
OFFSET(berth_job, expression_count, 144);
OFFSET(berth_job, expression_stride, 152);
OFFSET(berth_job, preferences, 160);
OFFSET(berth_job, preference_count, 168);

SIZE(berth_batch, 32);
OFFSET(berth_batch, size, 0);
OFFSET(berth_batch, job, 8);
OFFSET(berth_batch, pools, 16);
OFFSET(berth_batch, pool_count, 24);

SIZE(berth_verdict, 24);
OFFSET(berth_verdict, kind, 0);
OFFSET(berth_verdict, reason, 4);
OFFSET(berth_verdict, want_unit, 6);
OFFSET(berth_verdict, have_unit, 7);
OFFSET(berth_verdict, want, 8);
OFFSET(berth_verdict, have, 16);

SIZE(berth_value, 64);
OFFSET(berth_value, size, 0);
OFFSET(berth_value, type, 8);
OFFSET(berth_value, reserved, 12);
OFFSET(berth_value, integer, 16);
OFFSET(berth_value, number, 24);
OFFSET(berth_value, text, 32);
OFFSET(berth_value, list, 48);
OFFSET(berth_value, list_count, 56);

SIZE(berth_option, 80);
OFFSET(berth_option, size, 0);
OFFSET(berth_option, name, 8);
OFFSET(berth_option, help, 24);
OFFSET(berth_option, fallback, 40);
OFFSET(berth_option, type, 56);
OFFSET(berth_option, has_range, 60);
OFFSET(berth_option, least, 64);
OFFSET(berth_option, most, 72);

SIZE(berth_reason, 48);
OFFSET(berth_reason, size, 0);
OFFSET(berth_reason, code, 8);
OFFSET(berth_reason, kind, 12);
OFFSET(berth_reason, name, 16);
OFFSET(berth_reason, text, 32);

SIZE(berth_host, 72);
OFFSET(berth_host, size, 0);
OFFSET(berth_host, abi_major, 8);
OFFSET(berth_host, abi_minor, 12);
OFFSET(berth_host, context, 16);
OFFSET(berth_host, log, 24);
OFFSET(berth_host, intern, 32);
OFFSET(berth_host, lookup, 40);
OFFSET(berth_host, metric, 48);
OFFSET(berth_host, count, 56);
OFFSET(berth_host, extension, 64);

SIZE(berth_check_functions, 16);
OFFSET(berth_check_functions, size, 0);
OFFSET(berth_check_functions, check, 8);

SIZE(berth_plugin, 144);
OFFSET(berth_plugin, size, 0);
OFFSET(berth_plugin, id, 8);
OFFSET(berth_plugin, version, 24);
OFFSET(berth_plugin, summary, 40);
OFFSET(berth_plugin, kind, 56);
OFFSET(berth_plugin, reserved, 60);
OFFSET(berth_plugin, options, 64);
OFFSET(berth_plugin, option_count, 72);
OFFSET(berth_plugin, option_stride, 80);
OFFSET(berth_plugin, reasons, 88);
OFFSET(berth_plugin, reason_count, 96);
OFFSET(berth_plugin, reason_stride, 104);
OFFSET(berth_plugin, create, 112);
OFFSET(berth_plugin, destroy, 120);
OFFSET(berth_plugin, functions, 128);
OFFSET(berth_plugin, extension, 136);

SIZE(berth_module, 40);
OFFSET(berth_module, size, 0);
OFFSET(berth_module, abi_major, 8);
OFFSET(berth_module, abi_minor, 12);
OFFSET(berth_module, plugins, 16);
OFFSET(berth_module, plugin_count, 24);
OFFSET(berth_module, plugin_stride, 32);

SIZE(berth_filter_functions, 16);
OFFSET(berth_filter_functions, size, 0);
OFFSET(berth_filter_functions, filter, 8);

SIZE(berth_scorer_functions, 16);
OFFSET(berth_scorer_functions, size, 0);
OFFSET(berth_scorer_functions, score, 8);

SIZE(berth_jobtype_functions, 96);
OFFSET(berth_jobtype_functions, size, 0);
OFFSET(berth_jobtype_functions, section, 8);
OFFSET(berth_jobtype_functions, formats, 24);
OFFSET(berth_jobtype_functions, format_count, 32);
OFFSET(berth_jobtype_functions, manifests, 40);
OFFSET(berth_jobtype_functions, manifest_count, 48);
OFFSET(berth_jobtype_functions, validate, 56);
OFFSET(berth_jobtype_functions, groups, 64);
OFFSET(berth_jobtype_functions, render, 72);
OFFSET(berth_jobtype_functions, interpret, 80);
OFFSET(berth_jobtype_functions, probe, 88);

SIZE(berth_backend_host, 40);
OFFSET(berth_backend_host, size, 0);
OFFSET(berth_backend_host, context, 8);
OFFSET(berth_backend_host, now_ms, 16);
OFFSET(berth_backend_host, complete, 24);
OFFSET(berth_backend_host, event, 32);

SIZE(berth_backend_functions, 104);
OFFSET(berth_backend_functions, size, 0);
OFFSET(berth_backend_functions, formats, 8);
OFFSET(berth_backend_functions, format_count, 16);
OFFSET(berth_backend_functions, start, 24);
OFFSET(berth_backend_functions, adopt, 32);
OFFSET(berth_backend_functions, launch, 40);
OFFSET(berth_backend_functions, release, 48);
OFFSET(berth_backend_functions, pools, 56);
OFFSET(berth_backend_functions, health, 64);
OFFSET(berth_backend_functions, put_secret, 72);
OFFSET(berth_backend_functions, logs, 80);
OFFSET(berth_backend_functions, fetch, 88);
OFFSET(berth_backend_functions, stop, 96);

static_assert(BERTH_ABI_MAJOR == 1);
static_assert(sizeof(void*) == 8, "the contract is for 64-bit machines");

TEST(Abi, LaysOutItsRecordsAsEveryBuiltPluginExpects) {
  SUCCEED() << "all rows above were checked when this file was compiled";
}

TEST(Abi, TellsWhetherARecordIsLongEnough) {
  berth_pool pool{};
  pool.size = offsetof(berth_pool, price);
  EXPECT_FALSE(BERTH_HAS(berth_pool, &pool, price));
  EXPECT_TRUE(BERTH_HAS(berth_pool, &pool, extra_free_count));
  pool.size = sizeof(berth_pool);
  EXPECT_TRUE(BERTH_HAS(berth_pool, &pool, price));
}

}  // namespace
