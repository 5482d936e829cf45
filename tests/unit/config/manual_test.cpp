// Holds etc/berth.toml, the manual of the site file, to the schema.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "config/schema.hpp"
#include "config/site.hpp"
#include "site_text.hpp"

namespace berth {
namespace {

using Lines = std::vector<std::string>;

Lines manual() {
  std::ifstream file(BERTH_MANUAL);
  Lines all;
  for (std::string line; std::getline(file, line);) all.push_back(line);
  EXPECT_FALSE(all.empty());
  return all;
}

bool is_prose(const std::string& line) { return line == "#" || line.starts_with("# "); }

std::string uncommented(const std::string& line) {
  return line.starts_with('#') && !is_prose(line) ? line.substr(1) : line;
}

// "[[pools.gpu-a.nodes]]" as the schema has it: "pools.NAME.nodes[]".
std::string scope_of(const std::string& heading) {
  const bool listed = heading.starts_with("[[");
  const std::size_t begin = listed ? 2 : 1;
  std::string scope = heading.substr(begin, heading.find(']') - begin);
  const std::size_t name = scope.find('.');
  if (name != std::string::npos) {
    const std::size_t end = std::min(scope.find('.', name + 1), scope.size());
    if (find_setting(scope.substr(0, name), scope.substr(name + 1, end - name - 1)) == nullptr)
      scope.replace(name + 1, end - name - 1, "NAME");
  }
  return listed ? scope + "[]" : scope;
}

struct Paragraph {
  std::string help;   // the prose above the setting, in one line
  std::string value;  // as written
  std::string note;   // behind it, or in brackets above it
};

// The first place where each setting or section is written down, by path in the schema.
class Manual {
 public:
  Manual() {
    for (const std::string& line : manual()) read(line);
  }
  const Paragraph* find(const Setting& setting) const {
    const std::string list = setting.type == SettingType::kTables ? "[]" : "";
    const std::string scope(setting.scope);
    const auto found =
        written_.find((scope.empty() ? "" : scope + ".") + std::string(setting.name) + list);
    return found == written_.end() ? nullptr : &found->second;
  }
  const std::map<std::string, Paragraph>& written() const { return written_; }

 private:
  void read(const std::string& line) {
    if (line.empty())
      prose_.clear();
    else if (is_prose(line))
      prose_ += (prose_.empty() ? "" : " ") + line.substr(std::min<std::size_t>(2, line.size()));
    else
      read_setting(uncommented(line));
  }

  void read_setting(const std::string& line) {
    const std::size_t remark = line.find("  # ");
    Paragraph paragraph{prose_, line.substr(0, line.find_last_not_of(' ', remark) + 1),
                        remark == std::string::npos ? bracketed() : line.substr(remark + 4)};
    prose_.clear();
    if (line.starts_with('[')) {
      scope_ = scope_of(line);
      written_.emplace(scope_, paragraph);
      return;
    }
    const std::size_t equals = line.find(" = ");
    ASSERT_NE(equals, std::string::npos) << line;
    paragraph.value = paragraph.value.substr(equals + 3);
    written_.emplace(scope_ + "." + line.substr(0, equals), paragraph);
  }

  std::string bracketed() const {
    const std::size_t open = prose_.rfind('(');
    return open == std::string::npos || !prose_.ends_with(')')
               ? ""
               : prose_.substr(open + 1, prose_.size() - open - 2);
  }

  std::string scope_;
  std::string prose_;
  std::map<std::string, Paragraph> written_;
};

bool is_table(const Setting& setting) {
  return setting.type == SettingType::kTable || setting.type == SettingType::kTables;
}

TEST(Manual, TellsOfEverySettingWhatItMeansItsUnitAndItsDefault) {
  const Manual manual;
  for (const Setting& setting : all_settings()) {
    if (setting.scope.empty()) continue;
    const std::string name = std::string(setting.scope) + "." + std::string(setting.name);
    const Paragraph* found = manual.find(setting);
    ASSERT_NE(found, nullptr) << "etc/berth.toml does not document " << name;
    EXPECT_NE(found->help.find(setting.help), std::string::npos) << name << ": " << found->help;
    const bool shows_default = setting.presence == Presence::kDefault &&
                               (found->value == setting.fallback || is_table(setting));
    EXPECT_EQ(found->note, setting_note(setting, !shows_default)) << name;
  }
}

TEST(Manual, HasEverySection) {
  const Manual manual;
  for (const Setting& setting : all_settings()) {
    if (!setting.scope.empty()) continue;
    const bool there =
        std::any_of(manual.written().begin(), manual.written().end(),
                    [&](const auto& each) { return each.first.starts_with(setting.name); });
    EXPECT_TRUE(there) << setting.name;
  }
}

TEST(Manual, TellsOfNothingElse) {
  const Manual manual;
  for (const auto& [path, paragraph] : manual.written()) {
    const std::size_t dot = path.rfind('.');
    const std::string scope = dot == std::string::npos ? "" : path.substr(0, dot);
    std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
    if (name.ends_with("[]")) name.resize(name.size() - 2);
    if (name == "NAME" || paragraph.note.starts_with("an option of ")) continue;
    EXPECT_NE(find_setting(scope, name), nullptr) << path;
  }
}

TEST(Manual, IsASiteFileWithoutProblemsAsItIsAndWithEveryLineUncommented) {
  std::string all, as_it_is;
  for (const std::string& line : manual()) {
    as_it_is += line + "\n";
    all += uncommented(line) + "\n";
  }
  const TestFolder folder;
  EXPECT_EQ(problems_text(read_site(folder.write("berth.toml", as_it_is))), "");
  const SiteCheck check = read_site(folder.write("all.toml", all));
  EXPECT_EQ(problems_text(check), "") << all;
  EXPECT_EQ(check.site.pools.size(), 1u);
  EXPECT_EQ(check.site.profiles.size(), 2u);
}

// What the manual shows as the default profile is the one that a site without any gets.
TEST(Manual, ShowsTheProfileOfASiteWithoutAny) {
  std::string all;
  for (const std::string& line : manual()) all += uncommented(line) + "\n";
  const TestFolder folder;
  const Site shown = read_site(folder.write("all.toml", all)).site;
  const Site bare = read_after_server("").site;
  ASSERT_EQ(bare.profiles.size(), 1u);
  const ProfileSetting &a = shown.profiles.front(), &b = bare.profiles.front();
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.filters, b.filters);
  EXPECT_EQ(a.on_busy, b.on_busy);
  EXPECT_EQ(a.on_no_match, b.on_no_match);
  ASSERT_EQ(a.scorers.size(), b.scorers.size());
  for (std::size_t i = 0; i < a.scorers.size(); ++i) {
    EXPECT_EQ(a.scorers[i].plugin, b.scorers[i].plugin);
    EXPECT_EQ(a.scorers[i].weight, b.scorers[i].weight);
  }
}

// A site object that a test makes without a file has the same defaults as one that was read.
TEST(Manual, AgreesWithTheDefaultsOfTheStructs) {
  const Site read = read_after_server("").site;
  const Limits limits;
  EXPECT_EQ(read.limits.jobs_unfinished_max, limits.jobs_unfinished_max);
  EXPECT_EQ(read.limits.request_bytes_max, limits.request_bytes_max);
  EXPECT_EQ(read.limits.batch_bytes_max, limits.batch_bytes_max);
  EXPECT_EQ(read.limits.connections_max, limits.connections_max);
  EXPECT_EQ(read.limits.request_timeout_ms, limits.request_timeout_ms);
  EXPECT_EQ(read.limits.buffered_bytes_max, limits.buffered_bytes_max);
  EXPECT_EQ(read.limits.watchers_max, limits.watchers_max);
  EXPECT_EQ(read.limits.group_members_max, limits.group_members_max);
  EXPECT_EQ(read.limits.start_failures_max, limits.start_failures_max);
  EXPECT_EQ(read.limits.event_lag_max, limits.event_lag_max);
  EXPECT_EQ(read.limits.store_log_bytes_max, limits.store_log_bytes_max);
  EXPECT_EQ(read.limits.ballast_bytes, limits.ballast_bytes);
  const RetentionSettings retention;
  EXPECT_EQ(read.retention.finished_jobs_max, retention.finished_jobs_max);
  EXPECT_EQ(read.retention.events_max, retention.events_max);
  EXPECT_EQ(read.retention.events_age_ms, retention.events_age_ms);
  EXPECT_EQ(read.retention.decisions_max, retention.decisions_max);
  EXPECT_EQ(read.retention.decisions_age_ms, retention.decisions_age_ms);
  EXPECT_EQ(read.retention.store_bytes_max, retention.store_bytes_max);
  const JobDefaults defaults;
  EXPECT_EQ(read.defaults.profile, defaults.profile);
  EXPECT_EQ(read.defaults.start_deadline_ms, defaults.start_deadline_ms);
  EXPECT_EQ(read.defaults.run_deadline_ms, defaults.run_deadline_ms);
  EXPECT_EQ(read.defaults.retry_limit, defaults.retry_limit);
  EXPECT_EQ(read.defaults.retry_on, defaults.retry_on);
  EXPECT_EQ(read.defaults.ttl_after_finished_ms, defaults.ttl_after_finished_ms);
  const ProbeSettings probes;
  EXPECT_EQ(read.probes.health_every_ms, probes.health_every_ms);
  EXPECT_EQ(read.probes.pools_every_ms, probes.pools_every_ms);
  EXPECT_EQ(read.probes.call_timeout_ms, probes.call_timeout_ms);
  EXPECT_EQ(read.probes.offline_after_failures, probes.offline_after_failures);
  EXPECT_EQ(read.probes.lost_after_ms, probes.lost_after_ms);
  EXPECT_EQ(read.probes.breaker_failures, probes.breaker_failures);
  EXPECT_EQ(read.probes.breaker_pause_ms, probes.breaker_pause_ms);
  EXPECT_EQ(read.server.log_level, ServerSettings{}.log_level);
  EXPECT_EQ(read.server.io_threads, ServerSettings{}.io_threads);
  EXPECT_EQ(read.server.tcp.listen, "");
  const ServerSettings on = read_after_server("[server.tcp]\nlisten = \"[::1]:0\"").site.server;
  EXPECT_EQ(on.tcp.connections_max, TcpSettings{}.connections_max);
}

}  // namespace
}  // namespace berth
