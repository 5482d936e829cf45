#include "cli/show_endpoint.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/find_job.hpp"
#include "cli/json_field.hpp"
#include "cli/text_table.hpp"

namespace berth {
namespace {

using Json = nlohmann::json;

Error no_such_endpoint(const std::string& job, const std::string& name, const Json& endpoints) {
  std::vector<std::string> names;
  for (const auto& [each, address] : endpoints.items()) names.push_back(each);
  if (names.empty())
    return {"NotFound", job + " has no endpoints now; it may not be up yet: berth wait " + job +
                            " --for running"};
  const auto near = nearest(name, names);
  return {"NotFound", job + " has no endpoint \"" + name + "\"; " +
                          (near ? "nearest: \"" + *near + "\"" : "it has: " + join(names, ", "))};
}

std::string table_of(const Json& endpoints, const Console& console) {
  TextTable table({{"ENDPOINT"}, {"ADDRESS"}});
  for (const auto& [name, address] : endpoints.items()) {
    if (address.is_string()) table.add({name, endpoint_address(name, address.get<std::string>())});
  }
  return table.text(console);
}

std::string quoted_for_shell(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string endpoint_address(const std::string& name, const std::string& address) {
  if (address.find("://") != std::string::npos) return address;
  if (name == "client") return "ray://" + address;
  if (name == "master") return "spark://" + address;
  if (name == "dashboard" || name == "ui") return "http://" + address;
  return address;
}

std::string export_lines(const Json& environment) {
  std::string lines;
  if (!environment.is_object()) return lines;
  for (const auto& [name, value] : environment.items()) {
    if (value.is_string())
      lines += "export " + name + "=" + quoted_for_shell(value.get<std::string>()) + "\n";
  }
  return lines;
}

int run_endpoint(Context& context, const std::string& reference, const std::string& name,
                 bool env) {
  const auto id = find_job(context, reference);
  if (!id) return fail(context, id.error());
  const auto answer = ask(context, "/v1/jobs/" + *id + "/endpoints");
  if (!answer) return fail(context, answer.error());
  if (env) {
    context.console.lines(export_lines(field(*answer, "environment")));
    return kExitGood;
  }
  const Json& endpoints = field(*answer, "endpoints");
  const std::string address = text_field(endpoints, name);
  const bool wants_all = name.empty() && endpoints.is_object() && !endpoints.empty();
  if (wants_all) {
    context.console.lines(table_of(endpoints, context.console));
    return kExitGood;
  }
  if (address.empty()) return fail(context, no_such_endpoint(*id, name, endpoints));
  context.console.line(endpoint_address(name, address));
  return kExitGood;
}

}  // namespace berth
