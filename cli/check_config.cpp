#include "cli/check_config.hpp"

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/log.hpp"
#include "cli/exit_code.hpp"
#include "config/site.hpp"
#include "plugins/catalog.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

// Libraries are loaded from private copies; these live as long as the check.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "berth-check-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// A file may be checked elsewhere than where it will serve, so what it names need not be here.
void warn_of_this_machine(Context& context, Catalog& catalog, const SiteCheck& check) {
  SiteCheck tried = check;
  catalog.try_instances(tried);
  for (const SiteProblem& problem : tried.problems)
    context.console.note("warning: on this machine, " + problem.message);
}

// Says what could not be looked at; the rest of the file is checked all the same.
void check_against_plugins(Context& context, SiteCheck& check, const std::string& plugin_dir) {
  if (plugin_dir.empty() && check.site.server.plugin_dir.empty()) return;  // nothing could be read
  const PrivateFolder folder;
  CatalogSettings settings;
  settings.plugin_dir = plugin_dir.empty() ? check.site.server.plugin_dir : fs::path(plugin_dir);
  settings.private_dir = folder.path();
  const auto catalog = Catalog::load(settings);
  if (!catalog) {
    context.console.note("warning: what the file says of plugins was not checked: " +
                         catalog.error().message + " (--plugins DIR names another folder)");
    return;
  }
  for (const PluginStatus& plugin : (*catalog)->status()) {
    if (!plugin.loaded)
      context.console.note("warning: " + plugin.file + " would not be loaded: " + plugin.state);
  }
  check_plugins(check, (*catalog)->known());
  if (check.problems.empty()) warn_of_this_machine(context, **catalog, check);
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string site_text(const Site& site) {
  return site.file.string() + ": good: " + counted(site.clusters.size(), "cluster") + ", " +
         counted(site.pools.size(), "pool") + ", " + counted(site.owners.size(), "owner") + ", " +
         counted(site.projects.size(), "project") + ", " + counted(site.profiles.size(), "profile");
}

}  // namespace

int run_config_check(Context& context, const std::string& file, const std::string& plugin_dir) {
  start_logging("off", "");  // what loading plugins logs is said here in other words
  SiteCheck check = read_site(file);
  check_against_plugins(context, check, plugin_dir);
  if (check.problems.empty()) {
    context.console.line(site_text(check.site));
    return kExitGood;
  }
  context.console.lines(problems_text(check));
  return kExitError;
}

}  // namespace berth
