#include "plugins/loading.hpp"

#include <exception>
#include <utility>

#include "plugins/elf_shape.hpp"
#include "plugins/library.hpp"
#include "plugins/private_copy.hpp"

namespace berth {
namespace {

Error refused(const std::string& why) { return {"PluginRefused", why}; }

constexpr const char* kLetOut = "; `touch` or replace its file to let it load again";

}  // namespace

Loading::Loading(const TrustedFolder& folder, std::filesystem::path private_dir,
                 std::map<std::string, std::string> pins, Breadcrumb& breadcrumb,
                 Quarantine& quarantine)
    : folder_(folder),
      private_dir_(std::move(private_dir)),
      pins_(std::move(pins)),
      breadcrumb_(breadcrumb),
      quarantine_(quarantine) {}

LoadedLibrary Loading::climb(const std::string& name) {
  LoadedLibrary library{.file = name};
  if (const auto top = climb(library); !top) library.refusal = top.error().message;
  return library;
}

Result<void> Loading::climb(LoadedLibrary& library) {
  const auto file = folder_.read(library.file);
  if (!file) return file.error();
  library.sha256 = file->sha256;
  if (const std::string fault = elf_fault(file->bytes); !fault.empty()) return refused(fault);
  library.confinement = quarantine_.of(file->sha256, file->changed_ns);
  if (library.confinement == Confinement::kUnloaded)
    return refused(std::string("berthd died while it was loaded") + kLetOut);
  auto plugins = open(*file);
  if (!plugins) return plugins.error();
  library.plugins = std::move(*plugins);
  if (const auto pinned = check_pins(library); !pinned) return pinned.error();
  return check_ids(library);
}

Result<std::vector<Descriptor>> Loading::open(const PluginFile& file) {
  const auto copy = copy_privately(file, private_dir_);
  if (!copy) return copy.error();
  const Breadcrumb::Mark mark(breadcrumb_, breadcrumb_.enrol(file.sha256, "", file.name));
  try {
    const auto module = open_library(*copy);
    if (!module) return module.error();
    return read_module(*module);
  } catch (const std::exception& thrown) {
    return refused(std::string("it threw while it was loaded: ") + thrown.what());
  } catch (...) {
    return refused("it threw while it was loaded");
  }
}

Result<void> Loading::check_pins(const LoadedLibrary& library) const {
  for (const Descriptor& plugin : library.plugins) {
    const auto pin = pins_.find(plugin.id);
    if (pin == pins_.end() || pin->second == library.sha256) continue;
    return refused("the site file pins \"" + plugin.id + "\" to sha256 " + pin->second +
                   ", but this file has " + library.sha256 +
                   "; install the pinned file or change the pin");
  }
  return {};
}

Result<void> Loading::check_ids(const LoadedLibrary& library) {
  for (const Descriptor& plugin : library.plugins) {
    if (const auto other = file_of_id_.find(plugin.id); other != file_of_id_.end())
      return refused("the id \"" + plugin.id + "\" is already that of a plugin in " +
                     other->second + "; remove one of the two files");
  }
  for (const Descriptor& plugin : library.plugins) file_of_id_[plugin.id] = library.file;
  return {};
}

}  // namespace berth
