#include "cli/manual.hpp"
#include "cli/roff.hpp"
#include "config/schema.hpp"

namespace berth {
namespace {

bool is_table(const Setting& setting) {
  return setting.type == SettingType::kTable || setting.type == SettingType::kTables;
}

// "pools.NAME.nodes[]" as it is written in a file.
std::string heading_of(std::string_view scope) {
  if (!scope.ends_with("[]")) return "[" + std::string(scope) + "]";
  return "[[" + std::string(scope.substr(0, scope.size() - 2)) + "]]";
}

std::string name_of(const Setting& setting) {
  const std::string list = setting.type == SettingType::kTables ? "[]" : "";
  if (is_table(setting))
    return heading_of(std::string(setting.scope) + "." + std::string(setting.name) + list);
  return std::string(setting.name);
}

}  // namespace

std::string site_manual() {
  RoffPage page("berth.toml", "5", "the site file of berthd");
  page.heading("Description");
  page.paragraph(
      "A site is one TOML file: owners and projects, clusters and their pools, and how places are "
      "chosen. Durations are written 250ms, 30s, 10m, 1h30m, 7d; amounts as Kubernetes writes them: "
      "500m is half of one, 16Gi is 16 x 1024 x 1024 x 1024. Relative paths start from the folder "
      "of the file. Names have at most 63 letters, digits, \"-\", \"_\" and \".\", a letter or "
      "digit first.");
  page.paragraph("`berth config check FILE` names every mistake of a file by its line.");
  page.heading("Settings");
  std::string_view scope;
  for (const Setting& setting : all_settings()) {
    if (setting.scope.empty()) continue;
    if (setting.scope != scope) page.subheading(heading_of(setting.scope));
    scope = setting.scope;
    page.item(name_of(setting),
              std::string(setting.help) + " (" + setting_note(setting, true) + ")");
  }
  page.heading("Files");
  page.item(BERTH_SITE_FILE, "The site of this machine.");
  page.item("/run/berth/control.sock", "The control socket of this machine.");
  page.item("/var/lib/berth", "The state of this machine: jobs, logs, the key. Private.");
  page.heading("See also");
  page.paragraph("berthd(8), berth(1)");
  return page.text();
}

}  // namespace berth
