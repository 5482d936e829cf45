// Holds a job to the regions, zones and labels that it requires. A pool does not move, so every
// refusal is "never".
#include <berth/filter.hpp>
#include <berth/place_labels.hpp>

namespace {

struct Affinity {
  enum why : std::uint16_t {
    wrong_region = 1,
    none_of_the_regions,
    wrong_zone,
    none_of_the_zones,
    label_missing,
    label_mismatch,
    label_excluded,
    unknown_operator
  };
  static constexpr berth::reason reasons[] = {
      {wrong_region, "RegionMismatch", "is in region {have}, job requires {want}", berth::never},
      {none_of_the_regions, "NotInRegions", "is in region {have}, which the job does not ask for",
       berth::never},
      {wrong_zone, "ZoneMismatch", "is in zone {have}, job requires {want}", berth::never},
      {none_of_the_zones, "NotInZones", "is in zone {have}, which the job does not ask for",
       berth::never},
      {label_missing, "LabelMissing", "has no label {want}", berth::never},
      {label_mismatch, "LabelMismatch", "has label {want} = {have}, job requires another value",
       berth::never},
      {label_excluded, "LabelExcluded", "has label {want} = {have}, which the job excludes",
       berth::never},
      {unknown_operator, "UnknownOperator",
       "cannot judge label {want}: operator {have} is not known", berth::by_policy}};

  berth::PlaceLabels labels;

  void start(const berth::Host& host) { labels = berth::PlaceLabels(host); }

  berth::verdict check(const berth::Job& job, const berth::Pool& pool) const {
    if (!allows(job.regions(), pool.region())) {
      return mismatch(wrong_region, none_of_the_regions, job.regions(), pool.region());
    }
    if (!allows(job.zones(), pool.zone())) {
      return mismatch(wrong_zone, none_of_the_zones, job.zones(), pool.zone());
    }
    for (berth::Expression expression : job.expressions()) {
      const berth::verdict answer = meet(expression, pool);
      if (!answer.is_fit()) return answer;
    }
    return berth::fits;
  }

 private:
  static bool allows(berth::names allowed, berth::name place) {
    return allowed.empty() || allowed.contains(place);
  }

  // Names the place that was asked for when there is but one and somebody here knows it.
  static berth::verdict mismatch(why one, why several, berth::names allowed, berth::name place) {
    if (allowed.size() == 1 && allowed.front().is_known()) return {one, allowed.front(), place};
    return {several, {}, place};
  }

  // As in Kubernetes: a pool without the label meets NotIn and DoesNotExist.
  berth::verdict meet(const berth::Expression& expression, const berth::Pool& pool) const {
    const berth::name key = expression.key();
    const berth::name value = labels.value(pool, key);
    switch (expression.op()) {
      case BERTH_OP_IN:
        if (!value) return {label_missing, key};
        if (!expression.values().contains(value)) return {label_mismatch, key, value};
        return berth::fits;
      case BERTH_OP_NOT_IN:
        if (value && expression.values().contains(value)) return {label_excluded, key, value};
        return berth::fits;
      case BERTH_OP_EXISTS:
        if (!value) return {label_missing, key};
        return berth::fits;
      case BERTH_OP_DOES_NOT_EXIST:
        if (value) return {label_excluded, key, value};
        return berth::fits;
    }
    return {unknown_operator, key, expression.op()};
  }
};

}  // namespace

BERTH_MODULE(berth::define_filter<Affinity>("affinity", "1.0.0",
                                            "Regions, zones and labels that the job requires"))
