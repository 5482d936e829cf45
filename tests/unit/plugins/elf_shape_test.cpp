#include "plugins/elf_shape.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace berth {
namespace {

std::string sound_library() {
  std::ifstream from(std::string(BERTH_FLAWED_PLUGINS) + "/sound.so", std::ios::binary);
  return {std::istreambuf_iterator<char>(from), {}};
}

TEST(ElfShape, FindsNothingWrongWithALibrary) { EXPECT_EQ(elf_fault(sound_library()), ""); }

TEST(ElfShape, RefusesLibrariesOfOtherMachinesAndPrograms) {
  std::string other = sound_library();
  other[18] = 8;  // MIPS
  EXPECT_EQ(elf_fault(other), "it is built for another kind of machine");
  std::string object = sound_library();
  object[16] = 1;  // what a compiler writes before linking
  EXPECT_NE(elf_fault(object).find("link it with -shared"), std::string::npos);
}

TEST(ElfShape, NoticesWhateverIsMissingOfTheParts) {
  const std::string library = sound_library();
  for (const std::size_t size : {std::size_t{65}, std::size_t{500}, library.size() / 3}) {
    EXPECT_EQ(elf_fault(library.substr(0, size)), "it is cut short; copy it again") << size;
  }
}

}  // namespace
}  // namespace berth
