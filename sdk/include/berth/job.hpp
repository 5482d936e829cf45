// The job of a decision, as a filter or scorer sees it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "berth/abi.h"
#include "berth/host.hpp"
#include "berth/name.hpp"
#include "berth/quantity.hpp"
#include "berth/records.hpp"

namespace berth::inline v1 {

// `count()` equal members of a gang. Borrowed for the call, as is all it returns. [any]
class Group {
 public:
  Group(const berth_group* record, const berth_host*) : record_(record) {}

  std::string_view name() const { return as_view(record_->name); }
  std::int64_t count() const { return record_->count; }
  milli cpu() const { return milli(record_->cpu_milli); }        // of one member
  bytes memory() const { return bytes(record_->memory_bytes); }  // of one member
  milli gpu() const { return milli(record_->gpu_milli); }        // of one member
  // Any of these GPU models; none: any will do.
  names skus() const { return names(record_->skus, record_->sku_count); }
  // Other resources, of one member.
  std::span<const berth_amount> extra() const { return {record_->extra, record_->extra_count}; }

 private:
  const berth_group* record_;
};

// A label expression that a pool must meet, as in Kubernetes. [any]
class Expression {
 public:
  Expression(const berth_expression* record, const berth_host*) : record_(record) {}

  berth::name key() const { return berth::name(record_->key); }
  // BERTH_OP_IN, ...; a newer host may send operators that are not known here: refuse those.
  berth_operator op() const { return record_->op; }
  names values() const { return names(record_->values, record_->value_count); }

 private:
  const berth_expression* record_;
};

using groups = records<Group, berth_group>;
using expressions = records<Expression, berth_expression>;

// A job: what it needs, where it may run and what it would like. Borrowed for the call. [any]
class Job {
 public:
  Job(const berth_job* record, const berth_host* host) : record_(record), host_(host) {}

  // When the decision is made; the only clock a filter or scorer may use.
  std::chrono::milliseconds now() const { return std::chrono::milliseconds(record_->now_ms); }

  name project() const { return name(record_->project); }
  name owner() const { return name(record_->owner); }
  name type() const { return name(record_->type); }
  std::int64_t priority() const { return record_->priority; }  // higher goes first
  bool is_preemptible() const { return (record_->flags & BERTH_JOB_PREEMPTIBLE) != 0; }

  milli cpu() const { return milli(record_->cpu_milli); }        // of the whole gang
  bytes memory() const { return bytes(record_->memory_bytes); }  // of the whole gang
  milli gpu() const { return milli(record_->gpu_milli); }        // of the whole gang

  berth::v1::groups groups() const {
    return {record_->groups, record_->group_count, record_->group_stride, host_};
  }
  // Workload formats that the job's type can render.
  names formats() const { return names(record_->formats, record_->format_count); }
  names regions() const { return names(record_->regions, record_->region_count); }  // none: any
  names zones() const { return names(record_->zones, record_->zone_count); }        // none: any
  berth::v1::expressions expressions() const {
    return {record_->expressions, record_->expression_count, record_->expression_stride, host_};
  }
  std::span<const berth_preference> preferences() const {
    return {record_->preferences, record_->preference_count};
  }

 private:
  const berth_job* record_;
  const berth_host* host_;
};

}  // namespace berth::inline v1
