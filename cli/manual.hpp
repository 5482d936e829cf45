// The manual pages that are made of what the program itself knows.
#pragma once

#include <string>

#include "cli/verb_shape.hpp"

namespace berth {

std::string command_manual(const VerbShape& berth);  // berth(1)
std::string site_manual();                           // berth.toml(5), of the table of settings

}  // namespace berth
