// A plugin folder of a test's own.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "plugins/catalog.hpp"

namespace berth {

// Holds libraries that were built for tests, and loads what lies there.
class PluginFolder {
 public:
  PluginFolder() {
    std::string name = std::filesystem::temp_directory_path() / "berth-plugins-XXXXXX";
    root_ = mkdtemp(name.data());
    std::filesystem::create_directory(settings.plugin_dir = root_ / "plugins");
    chmod(settings.plugin_dir.c_str(), 0755);
    settings.private_dir = root_ / "private";
  }
  ~PluginFolder() { std::filesystem::remove_all(root_); }

  std::filesystem::path path(const std::string& name) const { return settings.plugin_dir / name; }

  // Puts a library there, in place of what has that name, by renaming.
  void add(const std::filesystem::path& library, const std::string& name) {
    const auto half = root_ / "half";
    std::filesystem::copy_file(library, half, std::filesystem::copy_options::overwrite_existing);
    chmod(half.c_str(), 0755);
    std::filesystem::rename(half, path(name));
  }
  void add_flawed(const std::string& flaw) {
    add(std::filesystem::path(BERTH_FLAWED_PLUGINS) / (flaw + ".so"), flaw + ".so");
  }
  void add_test(const std::string& plugin, const std::string& name) {
    add(std::filesystem::path(BERTH_TEST_PLUGINS) / (plugin + ".so"), name);
  }
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(path(name), std::ios::binary) << bytes;
    chmod(path(name).c_str(), 0644);
  }

  std::unique_ptr<Catalog> load() {
    auto catalog = Catalog::load(settings);
    if (catalog) return std::move(*catalog);
    ADD_FAILURE() << catalog.error().message;
    return nullptr;
  }

  CatalogSettings settings;

 private:
  std::filesystem::path root_;
};

inline PluginStatus row_of(const Catalog& catalog, const std::string& file) {
  for (const PluginStatus& row : catalog.status()) {
    if (row.file == file) return row;
  }
  ADD_FAILURE() << "no row for " << file;
  return {};
}

// One job against `count` equal pools without anything.
class EmptyBatch {
 public:
  explicit EmptyBatch(std::size_t count) : pools_(count, &pool_), verdicts(count), scores(count) {
    pool_.size = sizeof pool_;
    job_.size = sizeof job_;
    record = {sizeof record, &job_, pools_.data(), count};
  }
  EmptyBatch(const EmptyBatch&) = delete;

 private:
  berth_pool pool_{};
  berth_job job_{};
  std::vector<const berth_pool*> pools_;

 public:
  berth_batch record{};
  std::vector<berth_verdict> verdicts;
  std::vector<double> scores;
};

}  // namespace berth
