#include "plugins/descriptor.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "plugins/option_values.hpp"
#include "plugins/record_reader.hpp"

namespace berth {
namespace {

std::string rows_of(const std::string& id, const char* table) { return id + ": " + table; }

Result<OptionRow> read_option(const RecordReader& reader, const berth_option& from,
                              const std::string& what) {
  auto name = reader.name(from.name, what + ".name");
  if (!name) return name.error();
  OptionRow row;
  row.name = std::move(*name);
  auto help = reader.text(from.help, what + ".help");
  if (!help) return help.error();
  row.help = std::move(*help);
  if (value_type_name(from.type).empty())
    return refused(what + " (" + row.name + ") has the type " + std::to_string(from.type) +
                   ", which this berthd does not know");
  row.type = from.type;
  row.has_range = from.has_range != 0;
  row.least = from.least;
  row.most = from.most;
  if (row.has_range && !(row.least <= row.most))
    return refused(what + " (" + row.name + ") has a range that holds nothing");
  if (from.fallback.data == nullptr) return row;
  auto fallback = reader.text(from.fallback, what + ".fallback");
  if (!fallback) return fallback.error();
  row.fallback = std::move(*fallback);
  if (const auto parsed = parse_fallback(row); !parsed)
    return refused(what + " (" + row.name +
                   ") has a default that is wrong itself: " + parsed.error().message);
  return row;
}

Result<void> read_options(const RecordReader& reader, const berth_plugin& plugin,
                          Descriptor& descriptor) {
  const std::string what = rows_of(descriptor.id, "options");
  if (const auto sound = reader.check_table<berth_option>(plugin.options, plugin.option_count,
                                                          plugin.option_stride, what);
      !sound)
    return sound.error();
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < plugin.option_count; ++i) {
    const auto row = reader.row<berth_option>(plugin.options, i, plugin.option_stride, what);
    if (!row) return row.error();
    auto option = read_option(reader, *row, what + "[" + std::to_string(i) + "]");
    if (!option) return option.error();
    if (!names.insert(option->name).second)
      return refused(what + " names \"" + option->name + "\" twice");
    descriptor.options.push_back(std::move(*option));
  }
  return {};
}

Result<void> read_reason(const RecordReader& reader, const berth_reason& from,
                         const std::string& what, Descriptor& descriptor) {
  if (from.code == 0 || from.code > 65'535)
    return refused(what + " has the code " + std::to_string(from.code) + "; codes are 1 to 65535");
  auto name = reader.name(from.name, what + ".name");
  if (!name) return name.error();
  auto text = reader.text(from.text, what + ".text");
  if (!text) return text.error();
  const bool is_new =
      descriptor.reasons.try_emplace(from.code, ReasonRow{std::move(*name), std::move(*text)})
          .second;
  if (!is_new)
    return refused(what + " has the code " + std::to_string(from.code) + ", as one before it has");
  return {};
}

Result<void> read_reasons(const RecordReader& reader, const berth_plugin& plugin,
                          Descriptor& descriptor) {
  const std::string what = rows_of(descriptor.id, "reasons");
  if (const auto sound = reader.check_table<berth_reason>(plugin.reasons, plugin.reason_count,
                                                          plugin.reason_stride, what);
      !sound)
    return sound.error();
  for (std::uint64_t i = 0; i < plugin.reason_count; ++i) {
    const auto row = reader.row<berth_reason>(plugin.reasons, i, plugin.reason_stride, what);
    if (!row) return row.error();
    const auto read = read_reason(reader, *row, what + "[" + std::to_string(i) + "]", descriptor);
    if (!read) return read.error();
  }
  return {};
}

Error missing(const std::string& id, const char* function) {
  return refused(id + ": the function \"" + function + "\" is missing");
}

Result<KindTable> read_filter(const RecordReader& reader, const void* from, const std::string& id) {
  const auto table = reader.record<berth_filter_functions>(from, id + ": berth_filter_functions");
  if (!table) return table.error();
  if (table->filter == nullptr) return missing(id, "filter");
  return KindTable(*table);
}

Result<KindTable> read_scorer(const RecordReader& reader, const void* from, const std::string& id) {
  const auto table = reader.record<berth_scorer_functions>(from, id + ": berth_scorer_functions");
  if (!table) return table.error();
  if (table->score == nullptr) return missing(id, "score");
  return KindTable(*table);
}

Result<KindTable> read_jobtype(const RecordReader& reader, const void* from,
                               const std::string& id) {
  const auto table = reader.record<berth_jobtype_functions>(from, id + ": berth_jobtype_functions");
  if (!table) return table.error();
  if (table->validate == nullptr) return missing(id, "validate");
  if (table->groups == nullptr) return missing(id, "groups");
  if (table->render == nullptr) return missing(id, "render");
  if (table->interpret == nullptr) return missing(id, "interpret");
  JobTypeTable jobtype{.functions = *table};
  auto section = reader.name(table->section, id + ": section");
  if (!section) return section.error();
  jobtype.section = std::move(*section);
  auto formats = reader.texts(table->formats, table->format_count, id + ": formats");
  if (!formats) return formats.error();
  jobtype.formats = std::move(*formats);
  if (table->manifest_count > 0) {
    auto manifests = reader.texts(table->manifests, table->manifest_count, id + ": manifests");
    if (!manifests) return manifests.error();
    jobtype.manifests = std::move(*manifests);
  }
  return KindTable(std::move(jobtype));
}

Result<KindTable> read_backend(const RecordReader& reader, const void* from,
                               const std::string& id) {
  const auto table = reader.record<berth_backend_functions>(from, id + ": berth_backend_functions");
  if (!table) return table.error();
  const std::pair<const char*, bool> functions[] = {
      {"start", table->start != nullptr},   {"adopt", table->adopt != nullptr},
      {"launch", table->launch != nullptr}, {"release", table->release != nullptr},
      {"pools", table->pools != nullptr},   {"health", table->health != nullptr},
      {"logs", table->logs != nullptr},     {"fetch", table->fetch != nullptr},
      {"stop", table->stop != nullptr},     {"put_secret", table->put_secret != nullptr}};
  for (const auto& [name, is_there] : functions) {
    if (!is_there) return missing(id, name);
  }
  auto formats = reader.texts(table->formats, table->format_count, id + ": formats");
  if (!formats) return formats.error();
  return KindTable(BackendTable{*table, std::move(*formats)});
}

Result<KindTable> read_table(const RecordReader& reader, const berth_plugin& plugin,
                             const std::string& id) {
  switch (plugin.kind) {
    case BERTH_KIND_FILTER:
      return read_filter(reader, plugin.functions, id);
    case BERTH_KIND_SCORER:
      return read_scorer(reader, plugin.functions, id);
    case BERTH_KIND_JOBTYPE:
      return read_jobtype(reader, plugin.functions, id);
    case BERTH_KIND_BACKEND:
      return read_backend(reader, plugin.functions, id);
  }
  return refused(id + " is of kind " + std::to_string(plugin.kind) +
                 ", which this berthd does not know (1 filter, 2 scorer, 3 jobtype, 4 backend)");
}

Result<void> read_texts(const RecordReader& reader, const berth_plugin& plugin,
                        Descriptor& descriptor) {
  auto version = reader.text(plugin.version, descriptor.id + ": version");
  if (!version) return version.error();
  descriptor.version = std::move(*version);
  auto summary = reader.text(plugin.summary, descriptor.id + ": summary");
  if (!summary) return summary.error();
  descriptor.summary = std::move(*summary);
  return {};
}

Result<Descriptor> read_plugin(const RecordReader& reader, const berth_plugin& plugin,
                               const std::string& what) {
  Descriptor descriptor;
  auto id = reader.name(plugin.id, what + ".id");
  if (!id) return id.error();
  descriptor.id = std::move(*id);
  descriptor.kind = plugin.kind;
  if (plugin.create == nullptr) return missing(descriptor.id, "create");
  if (plugin.destroy == nullptr) return missing(descriptor.id, "destroy");
  descriptor.create = plugin.create;
  descriptor.destroy = plugin.destroy;
  descriptor.extension = plugin.extension;
  if (const auto read = read_texts(reader, plugin, descriptor); !read) return read.error();
  if (const auto read = read_options(reader, plugin, descriptor); !read) return read.error();
  if (const auto read = read_reasons(reader, plugin, descriptor); !read) return read.error();
  auto table = read_table(reader, plugin, descriptor.id);
  if (!table) return table.error();
  descriptor.table = std::move(*table);
  return descriptor;
}

Result<berth_module> read_head(const RecordReader& reader, const berth_module* from) {
  if (from == nullptr) return refused("berth_module_v1 returned null");
  const auto module = reader.record<berth_module>(from, "berth_module");
  if (!module) return module.error();
  if (module->abi_major != BERTH_ABI_MAJOR)
    return refused("built for ABI " + std::to_string(module->abi_major) + "." +
                   std::to_string(module->abi_minor) + "; this berthd speaks " +
                   std::to_string(BERTH_ABI_MAJOR) + "." + std::to_string(BERTH_ABI_MINOR) +
                   ": rebuild with the SDK it came with");
  if (module->plugin_count == 0) return refused("it lists no plugin");
  if (const auto sound = reader.check_table<berth_plugin>(
          module->plugins, module->plugin_count, module->plugin_stride, "berth_module.plugins");
      !sound)
    return sound.error();
  return module;
}

}  // namespace

std::string kind_name(berth_kind kind) {
  switch (kind) {
    case BERTH_KIND_FILTER:
      return "filter";
    case BERTH_KIND_SCORER:
      return "scorer";
    case BERTH_KIND_JOBTYPE:
      return "jobtype";
    case BERTH_KIND_BACKEND:
      return "backend";
  }
  return "kind " + std::to_string(kind);
}

std::string value_type_name(berth_value_type type) {
  switch (type) {
    case BERTH_TEXT:
      return "text";
    case BERTH_INTEGER:
      return "integer";
    case BERTH_NUMBER:
      return "number";
    case BERTH_BOOLEAN:
      return "boolean";
    case BERTH_MILLI:
      return "quantity";
    case BERTH_BYTES:
      return "bytes";
    case BERTH_DURATION:
      return "duration";
    case BERTH_TEXT_LIST:
      return "list";
    case BERTH_PATH:
      return "path";
  }
  return {};
}

Result<std::vector<Descriptor>> read_module(const berth_module* from) {
  const RecordReader reader;
  const auto module = read_head(reader, from);
  if (!module) return module.error();
  std::vector<Descriptor> all;
  std::set<std::string> ids;
  for (std::uint64_t i = 0; i < module->plugin_count; ++i) {
    const auto row =
        reader.row<berth_plugin>(module->plugins, i, module->plugin_stride, "berth_module.plugins");
    if (!row) return row.error();
    auto plugin = read_plugin(reader, *row, "berth_module.plugins[" + std::to_string(i) + "]");
    if (!plugin) return plugin.error();
    if (!ids.insert(plugin->id).second)
      return refused("the id \"" + plugin->id + "\" stands twice in it");
    all.push_back(std::move(*plugin));
  }
  return all;
}

}  // namespace berth
