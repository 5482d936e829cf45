#include "cli/new_plugin.hpp"

#include <cctype>
#include <fstream>
#include <iterator>
#include <optional>

#include "cli/exit_code.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

// Beside an installed program, or of a build folder within the source tree.
std::optional<fs::path> template_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path prefix = program.parent_path().parent_path();
  for (const fs::path& folder : {prefix / BERTH_DATADIR / "berth" / "template",
                                 prefix.parent_path().parent_path() / "sdk" / "template"}) {
    if (fs::is_directory(folder, error)) return folder;
  }
  return std::nullopt;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

bool copy_renamed(const fs::path& from, const fs::path& to, const PluginName& name) {
  std::ifstream in(from, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  std::ofstream out(to, std::ios::binary);
  out << renamed_for(name, text);
  out.close();
  return in.good() && out.good();
}

Result<int> copy_template(const fs::path& from, const fs::path& to, const PluginName& name) {
  std::error_code error;
  if (!fs::create_directory(to, error))
    return Error{"Exists", to.string() + (error ? ": " + error.message() : " is there already")};
  int copied = 0;
  for (const auto& entry : fs::directory_iterator(from, error)) {
    if (!entry.is_regular_file()) continue;
    const fs::path file = to / renamed_for(name, entry.path().filename().string());
    if (!copy_renamed(entry.path(), file, name))
      return Error{"Io", file.string() + " could not be written"};
    ++copied;
  }
  if (error) return Error{"Io", from.string() + ": " + error.message()};
  return copied;
}

}  // namespace

Result<PluginName> plugin_name(const std::string& name) {
  const auto dot = name.rfind('.');
  const std::string own = dot == std::string::npos ? name : name.substr(dot + 1);
  PluginName result;
  bool starts_word = true;
  for (const char c : own) {
    const auto letter = static_cast<unsigned char>(c);
    const bool is_between = c == '-' || c == '_';
    if (std::isalnum(letter) == 0 && !is_between)
      return Error{"Usage",
                   "\"" + name + "\" is no name for a plugin; write letters, digits and -"};
    result.file += is_between ? '_' : static_cast<char>(std::tolower(letter));
    if (!is_between) result.type += starts_word ? static_cast<char>(std::toupper(letter)) : c;
    starts_word = is_between;
  }
  if (own.empty() || std::isalpha(static_cast<unsigned char>(own[0])) == 0)
    return Error{"Usage", "\"" + name + "\" is no name for a plugin; begin with a letter"};
  result.id = dot == std::string::npos ? "acme." + own : name;
  return result;
}

std::string renamed_for(const PluginName& name, std::string text) {
  replace_all(text, "acme.team-sku", name.id);
  replace_all(text, "team_sku", name.file);
  replace_all(text, "TeamSku", name.type);
  return text;
}

int run_plugin_new(Context& context, const std::string& kind, const std::string& name) {
  if (kind != "filter")
    return fail(context, {"Usage", "there is a template for \"filter\" alone; for a " + kind +
                                       " begin with it and include <berth/" + kind + ".hpp>"});
  const auto spelled = plugin_name(name);
  if (!spelled) return fail(context, spelled.error());
  const auto from = template_folder();
  if (!from)
    return fail(context, {"NotInstalled",
                          "the template is not installed; install Berth's SDK: "
                          "cmake --install BUILD --component sdk"});
  const auto copied = copy_template(*from, spelled->file, *spelled);
  if (!copied) return fail(context, copied.error());
  context.console.line("made " + spelled->file + "/ with " + std::to_string(*copied) +
                       " files: the filter " + spelled->id);
  context.console.line("  cmake -S " + spelled->file + " -B " + spelled->file +
                       "/build && cmake --build " + spelled->file + "/build && ctest --test-dir " +
                       spelled->file + "/build");
  context.console.line("(the first with -DCMAKE_PREFIX_PATH=PREFIX where the SDK lies in a PREFIX of its own)");
  return kExitGood;
}

}  // namespace berth
