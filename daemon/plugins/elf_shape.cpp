#include "plugins/elf_shape.hpp"

#include <elf.h>

#include <cstdint>
#include <cstring>

namespace berth {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kThisMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kThisMachine = EM_AARCH64;
#else
#error "name this machine's ELF number"
#endif

bool covers(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  return offset <= bytes.size() && size <= bytes.size() - offset;
}

}  // namespace

std::string elf_fault(std::string_view bytes) {
  Elf64_Ehdr header;
  if (bytes.size() < sizeof header || bytes.substr(0, SELFMAG) != ELFMAG)
    return "it is no shared library (no ELF header)";
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kThisMachine)
    return "it is built for another kind of machine";
  if (header.e_type != ET_DYN) return "it is no shared library; link it with -shared";
  if (header.e_phentsize != sizeof(Elf64_Phdr) ||
      !covers(bytes, header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr)))
    return "it is cut short; copy it again";
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part;
    std::memcpy(&part, bytes.data() + header.e_phoff + i * sizeof part, sizeof part);
    if (part.p_type == PT_LOAD && !covers(bytes, part.p_offset, part.p_filesz))
      return "it is cut short; copy it again";
  }
  return {};
}

}  // namespace berth
