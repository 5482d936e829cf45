// Where an installed Berth has its parts, seen from the program that runs.
#pragma once

#include <filesystem>

namespace berth {

std::filesystem::path default_program_dir();  // the running program's own folder [any]
std::filesystem::path default_plugin_dir();   // PREFIX/lib/berth/plugins [any]

}  // namespace berth
