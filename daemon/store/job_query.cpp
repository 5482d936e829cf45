#include "store/job_query.hpp"

#include <string_view>

#include "store/rows.hpp"

namespace berth {
namespace {

constexpr std::size_t kFirstText = 3;

class QueryBuilder {
 public:
  explicit QueryBuilder(const JobFilter& filter) : filter_(filter) {}

  JobQuery build() {
    add_equal("project", filter_.project);
    add_equal("owner", filter_.owner);
    add_equal("user", filter_.user);
    if (filter_.uid) add_equal("uid", std::to_string(*filter_.uid));
    add_equal("name", filter_.name);
    const bool only_phases = conditions_.empty() && filter_.labels.empty();
    if (only_phases && filter_.phases.size() > 1) return one_arm_per_phase();
    add_phases();
    return filter_.labels.empty() ? newest_jobs() : labelled_jobs();
  }

 private:
  std::string parameter(std::string_view text) {
    query_.texts.values.emplace_back(text);
    return "?" + std::to_string(kFirstText + query_.texts.values.size() - 1);
  }

  void add_equal(const char* column, const std::string& wanted) {
    if (!wanted.empty())
      conditions_ += " AND jobs." + std::string(column) + " = " + parameter(wanted);
  }

  void add_phases() {
    if (filter_.phases.size() == 1)
      return add_equal("phase", std::string(phase_name(filter_.phases.front())));
    if (filter_.phases.empty()) return;
    // The sign keeps the index of phases out of it: several phases are not in the order of rows.
    std::string list;
    for (const Phase phase : filter_.phases)
      list += (list.empty() ? "" : ", ") + parameter(phase_name(phase));
    conditions_ += " AND +jobs.phase IN (" + list + ")";
  }

  JobQuery newest_jobs() {
    query_.sql = "SELECT " + job_columns() + " FROM jobs WHERE jobs.row < ?1" + conditions_ +
                 " ORDER BY jobs.row DESC LIMIT ?2";
    return std::move(query_);
  }

  // The first label leads: its entries lie in the order of rows.
  JobQuery labelled_jobs() {
    const auto& [key, value] = filter_.labels.front();
    const std::string led =
        "first.key = " + parameter(key) + " AND first.value = " + parameter(value);
    for (std::size_t i = 1; i < filter_.labels.size(); ++i) add_label(filter_.labels[i]);
    query_.sql = "SELECT " + job_columns() +
                 " FROM labels AS first CROSS JOIN jobs ON jobs.row = first.job WHERE " + led +
                 " AND first.job < ?1" + conditions_ + " ORDER BY first.job DESC LIMIT ?2";
    return std::move(query_);
  }

  void add_label(const std::pair<std::string, std::string>& label) {
    conditions_ +=
        " AND EXISTS (SELECT 1 FROM labels AS also WHERE also.key = " + parameter(label.first) +
        " AND also.value = " + parameter(label.second) + " AND also.job = jobs.row)";
  }

  // A page of each phase, then the newest of those.
  JobQuery one_arm_per_phase() {
    std::string arms;
    for (const Phase phase : filter_.phases) {
      if (!arms.empty()) arms += " UNION ALL ";
      arms +=
          "SELECT row FROM (SELECT row FROM jobs WHERE phase = " + parameter(phase_name(phase)) +
          " AND row < ?1 ORDER BY row DESC LIMIT ?2)";
    }
    query_.sql = "SELECT " + job_columns() + " FROM jobs WHERE jobs.row IN (" + arms +
                 ") ORDER BY jobs.row DESC LIMIT ?2";
    return std::move(query_);
  }

  const JobFilter& filter_;
  JobQuery query_;
  std::string conditions_;
};

}  // namespace

std::string job_columns() {
  return "jobs.row, jobs.class, " + std::string(kLastingColumns) + ", " +
         std::string(kChangingColumns);
}

void put(Statement& statement, const TextParameters& texts) {
  for (const std::string& text : texts.values) statement.add_text(text);
}

JobQuery query_of(const JobFilter& filter) { return QueryBuilder(filter).build(); }

}  // namespace berth
