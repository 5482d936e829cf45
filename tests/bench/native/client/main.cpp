// bench_client WHAT [--OPTION VALUE...]: load for the control socket, and what the disk can do.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "loads.hpp"

namespace berth::bench {
namespace {

const std::map<std::string, void (*)(const Wish&)> kLoads{{"get", run_get},
                                                          {"submit", run_submit},
                                                          {"batch", run_batch},
                                                          {"list", run_list},
                                                          {"disk", run_disk}};

[[noreturn]] void refuse(const std::string& what) {
  std::fprintf(stderr,
               "error: %s\nusage: bench_client get|submit|batch|list|disk [--socket FILE] [--path PATH]\n"
               "  [--folder DIR] [--clients N] [--seconds S] [--jobs N] [--first N] [--shapes N] "
               "[--bytes N] [--pages N]\n",
               what.c_str());
  std::exit(2);
}

Wish read_wish(int count, char** words) {
  Wish wish;
  const std::map<std::string, std::function<void(const std::string&)>> options{
      {"--socket", [&](const std::string& value) { wish.socket = value; }},
      {"--path", [&](const std::string& value) { wish.path = value; }},
      {"--folder", [&](const std::string& value) { wish.folder = value; }},
      {"--clients", [&](const std::string& value) { wish.clients = std::stoi(value); }},
      {"--seconds", [&](const std::string& value) { wish.seconds = std::stod(value); }},
      {"--jobs", [&](const std::string& value) { wish.jobs = std::stoll(value); }},
      {"--first", [&](const std::string& value) { wish.first = std::stoll(value); }},
      {"--shapes", [&](const std::string& value) { wish.shapes = std::stoll(value); }},
      {"--pages", [&](const std::string& value) { wish.pages = std::stoll(value); }},
      {"--bytes", [&](const std::string& value) { wish.bytes = std::stoll(value); }}};
  for (int i = 2; i < count; i += 2) {
    const auto option = options.find(words[i]);
    if (option == options.end() || i + 1 == count) refuse("no such option: " + std::string(words[i]));
    option->second(words[i + 1]);
  }
  return wish;
}

}  // namespace
}  // namespace berth::bench

int main(int count, char** words) {
  using namespace berth::bench;
  const auto load = count > 1 ? kLoads.find(words[1]) : kLoads.end();
  if (load == kLoads.end()) refuse("say what to do");
  load->second(read_wish(count, words));
  return 0;
}
