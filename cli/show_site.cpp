#include "cli/show_site.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "cli/age_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/good_answer.hpp"
#include "cli/json_field.hpp"
#include "cli/needs_text.hpp"
#include "cli/output_form.hpp"
#include "cli/problem_text.hpp"
#include "cli/text_table.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

std::string number_text(const Json& object, std::string_view name) {
  return std::to_string(number_field(object, name));
}

// "81,204"
std::string grouped_number(std::int64_t value) {
  std::string text = std::to_string(value);
  for (auto at = static_cast<int>(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
    text.insert(static_cast<std::size_t>(at), 1, ',');
  return text;
}

std::string words_text(const Json& list) {
  std::vector<std::string> words;
  for (const Json& word : list) {
    if (word.is_string()) words.push_back(word.get<std::string>());
  }
  return join(words, ", ");
}

std::string labels_text(const Json& labels) {
  std::vector<std::string> parts;
  if (!labels.is_object()) return "";
  for (const auto& [name, value] : labels.items()) {
    if (value.is_string()) parts.push_back(name + "=" + value.get<std::string>());
  }
  return join(parts, ",");
}

Tint state_tint(const std::string& state) {
  if (state == "ready") return Tint::kGood;
  return state == "offline" ? Tint::kBad : Tint::kBusy;
}

std::string why_text(const Json& cluster) {
  std::vector<std::string> parts;
  const std::string mark = text_field(cluster, "mark_reason");
  const std::string user = text_field(cluster, "mark_user");
  if (!mark.empty() || !user.empty()) parts.push_back("by " + user + ": \"" + mark + "\"");
  if (const std::string message = text_field(cluster, "message"); !message.empty())
    parts.push_back(message);
  for (const Json& warning : field(cluster, "warnings")) {
    if (warning.is_string()) parts.push_back(warning.get<std::string>());
  }
  return join(parts, "; ");
}

void add_cluster(TextTable& table, const Json& cluster, bool wide) {
  const std::string state = text_field(cluster, "state");
  std::vector<TableCell> row{text_field(cluster, "name"),      text_field(cluster, "backend"),
                             text_field(cluster, "region"),    text_field(cluster, "zone"),
                             {state, state_tint(state)},       number_text(cluster, "pools"),
                             number_text(cluster, "attempts"), why_text(cluster)};
  if (wide) row.emplace_back(labels_text(field(cluster, "labels")));
  table.add(std::move(row));
}

// "2 x (16 cpu 64Gi 2 gpu H100)", one for each kind of node.
std::string shapes_text(const Json& pool) {
  std::vector<std::string> shapes;
  for (const Json& shape : field(pool, "shapes")) {
    const std::string sku = text_field(shape, "sku");
    shapes.push_back(number_text(shape, "nodes") + " x (" + amounts_text(shape) +
                     (sku.empty() ? "" : " " + sku) + ")");
  }
  return join(shapes, ", ");
}

std::string skus_text(const Json& pool) {
  std::vector<std::string> skus;
  for (const Json& shape : field(pool, "shapes")) {
    const std::string sku = text_field(shape, "sku");
    if (!sku.empty() && (skus.empty() || skus.back() != sku)) skus.push_back(sku);
  }
  return join(skus, ",");
}

// Of one that its cluster no longer reports only its jobs are left.
TableCell pool_name(const Json& pool) {
  const std::string name = text_field(pool, "name");
  if (text_field(pool, "origin") == "vanished") return {name + " (vanished)", Tint::kBad};
  return name;
}

void add_pool(TextTable& table, const Json& pool, bool wide) {
  const std::string owner = text_field(pool, "owner");
  std::vector<TableCell> row{
      pool_name(pool),                    text_field(pool, "cluster"),
      owner.empty() ? "(shared)" : owner, skus_text(pool),
      amounts_text(field(pool, "free")),  amounts_text(field(pool, "capacity")),
      number_text(pool, "attempts")};
  if (wide) {
    char price[32];
    std::snprintf(price, sizeof price, "%g", fraction_field(pool, "price"));
    row.emplace_back(shapes_text(pool));
    row.emplace_back(price);
    row.emplace_back(text_field(pool, "origin"));
    row.emplace_back(labels_text(field(pool, "labels")));
  }
  table.add(std::move(row));
}

void add_plugin(TextTable& table, const Json& plugin, bool wide) {
  const auto calls = number_field(plugin, "calls");
  const auto faults = number_field(plugin, "faults");
  const double median_us = fraction_field(plugin, "median_ns") / 1000;
  const Tint tint = flag_field(plugin, "loaded") ? Tint::kNone : Tint::kBad;
  std::vector<TableCell> row{text_field(plugin, "id"),
                             text_field(plugin, "kind"),
                             text_field(plugin, "version"),
                             {text_field(plugin, "state"), tint},
                             grouped_number(calls),
                             calls == 0 ? "" : microseconds_text(median_us),
                             {grouped_number(faults), faults == 0 ? Tint::kNone : Tint::kBad},
                             text_field(plugin, "file")};
  if (wide) {
    row.emplace_back(words_text(field(plugin, "instances")));
    row.emplace_back(text_field(plugin, "summary"));
  }
  table.add(std::move(row));
}

std::vector<TableColumn> with(std::vector<TableColumn> columns, bool wide,
                              const std::vector<TableColumn>& more) {
  if (wide) columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

// The four ways to show a list, of which two are the same for all lists.
template <typename AddRow>
int show_list(Context& context, const std::string& target, const std::string& list_name,
              const std::string& output, TextTable table, AddRow add_row) {
  const auto answer = ask(context, target);
  if (!answer) return fail(context, answer.error());
  const OutputForm form = output_form(output);
  if (form == OutputForm::kJson) context.console.raw(pretty_json(*answer));
  if (form == OutputForm::kYaml) context.console.raw(yaml_text(*answer));
  if (form == OutputForm::kJson || form == OutputForm::kYaml) return kExitGood;
  for (const Json& item : field(*answer, list_name)) {
    if (form == OutputForm::kName)
      context.console.line(text_field(item, list_name == "plugins" ? "id" : "name"));
    else
      add_row(table, item, form == OutputForm::kWide);
  }
  if (form != OutputForm::kName) context.console.lines(table.text(context.console));
  return kExitGood;
}

std::string detail_row(const std::string& name, const std::string& value) {
  return value.empty() ? "" : padded(name + ":", 12) + value + "\n";
}

// What a site file may set, under the rest.
std::string options_text(const Console& console, const Json& plugin) {
  const Json& options = field(plugin, "options");
  if (options.empty()) return "";
  TextTable table({{"OPTION"}, {"TYPE"}, {"DEFAULT", true, false, true}, {"MEANING", true, false, true}});
  for (const Json& option : options)
    table.add({text_field(option, "name"), text_field(option, "type"),
               flag_field(option, "required") ? "(required)" : text_field(option, "default"),
               text_field(option, "help")});
  return "\n" + table.text(console);
}

std::string plugin_text(const Json& plugin) {
  return detail_row("Id", text_field(plugin, "id")) +
         detail_row("Kind", text_field(plugin, "kind")) +
         detail_row("Version", text_field(plugin, "version")) +
         detail_row("Summary", text_field(plugin, "summary")) +
         detail_row("State", text_field(plugin, "state")) +
         detail_row("Instances", words_text(field(plugin, "instances"))) +
         detail_row("File", text_field(plugin, "file")) +
         detail_row("Sha256", text_field(plugin, "sha256")) +
         detail_row("Calls", grouped_number(number_field(plugin, "calls"))) +
         detail_row("Faults", grouped_number(number_field(plugin, "faults")));
}

// A test that this daemon's answer to one path is good; its body is of interest even when not.
Result<Json> probe(Context& context, const std::string& target) {
  const ControlRequest request{"GET", target};
  const auto reply = context.client.send(request);
  if (!reply) return reply.error();
  auto body = good_answer(request, reply->body);
  if (!body) return reply->is_good() ? body.error() : error_of(*reply);
  return Json{{"good", reply->is_good()}, {"body", std::move(*body)}};
}

void show_checks(Context& context, const Json& ready) {
  for (const Json& check : field(ready, "checks")) {
    const bool is_good = flag_field(check, "ok");
    const std::string word =
        context.console.tinted(is_good ? Tint::kGood : Tint::kBad, is_good ? "ok  " : "BAD ");
    context.console.line("  " + word + " " + padded(text_field(check, "name"), 18) + " " +
                         text_field(check, "message"));
  }
}

// "3 Running, 1 Succeeded"
std::string counts_text(const Json& counts) {
  std::vector<std::string> words;
  for (const auto& [phase, count] : counts.items()) words.push_back(count.dump() + " " + phase);
  return words.empty() ? "none" : join(words, ", ");
}

void show_server(Context& context, const Json& server) {
  if (!server.is_object()) return;
  const auto show = [&context](const std::string& name, const std::string& text) {
    context.console.line("  " + padded(name, 23) + " " + text);
  };
  for (const auto& [name, value] : server.items()) {
    if (name == "phases")
      show("jobs", counts_text(value));
    else if (name == "uptime_ms")
      show("up for", age_text(number_field(server, "uptime_ms")));
    else
      show(name, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

}  // namespace

int run_clusters(Context& context, const std::string& output) {
  const bool wide = output_form(output) == OutputForm::kWide;
  TextTable table(with({{"NAME"},
                        {"BACKEND"},
                        {"REGION"},
                        {"ZONE"},
                        {"STATE"},
                        {"POOLS", false, true},
                        {"JOBS", false, true},
                        {"MESSAGE", true, false, true}},
                       wide, {{"LABELS", true}}));
  return show_list(context, "/v1/clusters", "clusters", output, std::move(table), add_cluster);
}

int run_pools(Context& context, const std::string& output) {
  const bool wide = output_form(output) == OutputForm::kWide;
  TextTable table(with(
      {{"NAME"}, {"CLUSTER"}, {"OWNER"}, {"SKU"}, {"FREE"}, {"CAPACITY"}, {"JOBS", false, true}},
      wide, {{"NODES"}, {"PRICE", false, true}, {"ORIGIN"}, {"LABELS", true}}));
  return show_list(context, "/v1/pools", "pools", output, std::move(table), add_pool);
}

int run_owners(Context& context, const std::string& output) {
  return show_list(context, "/v1/owners", "owners", output,
                   TextTable({{"NAME"}, {"PARENT"}, {"TITLE", true}}),
                   [](TextTable& table, const Json& owner, bool) {
                     table.add({text_field(owner, "name"), text_field(owner, "parent"),
                                text_field(owner, "title")});
                   });
}

int run_projects(Context& context, const std::string& output) {
  return show_list(context, "/v1/projects", "projects", output, TextTable({{"NAME"}, {"OWNER"}}),
                   [](TextTable& table, const Json& project, bool) {
                     table.add({text_field(project, "name"), text_field(project, "owner")});
                   });
}

int run_plugin_list(Context& context, const std::string& output) {
  const bool wide = output_form(output) == OutputForm::kWide;
  TextTable table(with({{"ID"},
                        {"KIND"},
                        {"VERSION"},
                        {"STATE", true},
                        {"CALLS", false, true},
                        {"P50", false, true},
                        {"FAULTS", false, true},
                        {"FILE"}},
                       wide, {{"INSTANCES"}, {"SUMMARY", true}}));
  return show_list(context, "/v1/plugins", "plugins", output, std::move(table), add_plugin);
}

int run_plugin_info(Context& context, const std::string& id, const std::string& output) {
  const auto answer = ask(context, "/v1/plugins");
  if (!answer) return fail(context, answer.error());
  std::vector<std::string> ids;
  for (const Json& plugin : field(*answer, "plugins")) {
    ids.push_back(text_field(plugin, "id"));
    if (ids.back() != id && text_field(plugin, "file") != id) continue;
    const OutputForm form = output_form(output);
    if (form == OutputForm::kJson)
      context.console.raw(pretty_json(plugin));
    else if (form == OutputForm::kYaml)
      context.console.raw(yaml_text(plugin));
    else
      context.console.lines(plugin_text(plugin) + options_text(context.console, plugin));
    return kExitGood;
  }
  const auto near = nearest(id, ids);
  return fail(context, {"NotFound", "no plugin \"" + id + "\"; " +
                                        (near ? "nearest: \"" + *near + "\""
                                              : "`berth plugin list` lists them")});
}

int run_server_status(Context& context, const std::string& output) {
  const auto ready = probe(context, "/readyz");
  if (!ready) return fail(context, ready.error());
  const auto server = ask(context, "/v1/server");
  if (!server && server.error().code == kBadReply) return fail(context, server.error());
  const Json facts = server ? *server : Json();  // not everybody may see them
  const bool is_ready = flag_field(*ready, "good") && flag_field(field(*ready, "body"), "ready");
  const Json all{
      {"ready", is_ready}, {"checks", field(field(*ready, "body"), "checks")}, {"server", facts}};
  const OutputForm form = output_form(output);
  if (form == OutputForm::kJson) context.console.raw(pretty_json(all));
  if (form == OutputForm::kYaml) context.console.raw(yaml_text(all));
  if (form == OutputForm::kJson || form == OutputForm::kYaml)
    return is_ready ? kExitGood : kExitError;
  context.console.line(is_ready ? "berthd is up and ready" : "berthd is up, but not ready");
  show_checks(context, field(*ready, "body"));
  show_server(context, facts);
  return is_ready ? kExitGood : kExitError;
}

}  // namespace berth
