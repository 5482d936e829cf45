// A site file as berthd and `berth config check` read it.
#include <unistd.h>

#include <fstream>

#include "base/text.hpp"
#include "config/site.hpp"
#include "must.hpp"

namespace berth {
namespace {

class OwnFile {
 public:
  OwnFile() : path_("/tmp/berth-fuzz-" + std::to_string(::getpid()) + ".toml") {}
  ~OwnFile() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace
}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace berth;
  static const OwnFile file;
  std::ofstream(file.path(), std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const SiteCheck check = read_site(file.path());
  must(is_utf8(problems_text(check)), "what is wrong can be told");
  if (!check.problems.empty()) return 0;
  must(!check.site.server.state_dir.empty(), "a good site has a state folder");
  must(!check.site.profiles.empty(), "a good site has a profile");
  must(check.site.limits.request_bytes_max <= check.site.limits.buffered_bytes_max,
       "a good site has room for a request");
  for (const PoolSetting& pool : check.site.pools)
    must(check.site.cluster(pool.cluster) != nullptr, "a pool is in a cluster", pool.name);
  return 0;
}
