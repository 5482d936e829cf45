// Where Berth has its parts, seen from the program that runs: beside it in a build folder, else where
// the installation puts them.
#pragma once

#include <filesystem>

namespace berth {

std::filesystem::path default_program_dir();  // with berth-supervise: PREFIX/libexec/berth [any]
std::filesystem::path default_plugin_dir();   // PREFIX/lib/berth/plugins [any]

}  // namespace berth
