// Whether a file is a whole shared library for this machine, before the dynamic linker touches it.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// What is wrong, for a person; empty when nothing is. The linker itself maps what the headers
// promise and dies of SIGBUS when the file is shorter. [any]
std::string elf_fault(std::string_view bytes);

}  // namespace berth
