// The ladder that a library climbs before it may run.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "plugins/breadcrumb.hpp"
#include "plugins/descriptor.hpp"
#include "plugins/quarantine.hpp"
#include "plugins/trusted_folder.hpp"

namespace berth {

// How far one file came.
struct LoadedLibrary {
  std::string file;
  std::string sha256;   // empty when it could not be read
  std::string refusal;  // empty when its plugins may be used
  Confinement confinement = Confinement::kNone;
  std::vector<Descriptor> plugins;
};

class Loading {
 public:
  Loading(const TrustedFolder& folder, std::filesystem::path private_dir,
          std::map<std::string, std::string> pins, Breadcrumb& breadcrumb, Quarantine& quarantine);

  // One step after the other; the first that refuses says what, which and what to do. [start]
  LoadedLibrary climb(const std::string& name);

 private:
  Result<void> climb(LoadedLibrary& library);
  Result<std::vector<Descriptor>> open(const PluginFile& file);
  Result<void> check_pins(const LoadedLibrary& library) const;
  Result<void> check_ids(const LoadedLibrary& library);

  const TrustedFolder& folder_;
  std::filesystem::path private_dir_;
  std::map<std::string, std::string> pins_;
  Breadcrumb& breadcrumb_;
  Quarantine& quarantine_;
  std::map<std::string, std::string> file_of_id_;
};

}  // namespace berth
