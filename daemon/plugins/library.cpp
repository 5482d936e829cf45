#include "plugins/library.hpp"

#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace berth {
namespace {

namespace dll = boost::dll;

Error refused(const std::string& why) { return {"PluginRefused", why}; }

// Boost's error code says "bad file descriptor" whatever happened; the linker still knows.
std::string linker_words(const std::filesystem::path& path) {
  const char* const said = dlerror();
  std::string words = said == nullptr ? "the dynamic linker refused it" : said;
  if (const std::string prefix = path.string() + ": "; words.starts_with(prefix))
    words.erase(0, prefix.size());
  return words;
}

Error no_entry(const dll::shared_library& library) {
  for (int major = 2; major <= 9; ++major) {
    if (library.has("berth_module_v" + std::to_string(major)))
      return refused("built for ABI " + std::to_string(major) + "; this berthd speaks " +
                     std::to_string(BERTH_ABI_MAJOR) + "." + std::to_string(BERTH_ABI_MINOR) +
                     ": rebuild with the SDK it came with");
  }
  return refused(
      "it exports no symbol berth_module_v1, so it is no plugin of Berth; C++ authors "
      "write BERTH_MODULE(...)");
}

void keep_for_ever(dll::shared_library library) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<dll::shared_library>;
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(library));
}

}  // namespace

Result<const berth_module*> open_library(const std::filesystem::path& path) {
  dll::shared_library library;
  std::error_code failed;
  library.load(path, failed, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  if (!library.is_loaded()) return refused("it cannot be loaded: " + linker_words(path));
  berth_module_function entry = nullptr;
  if (library.has("berth_module_v1")) {
    entry = &library.get<const berth_module*()>("berth_module_v1");
  }
  const Error missing = entry == nullptr ? no_entry(library) : Error{};
  keep_for_ever(std::move(library));
  if (entry == nullptr) return missing;
  return entry();
}

}  // namespace berth
