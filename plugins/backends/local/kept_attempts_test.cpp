#include "kept_attempts.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace berth {
namespace {

namespace fs = std::filesystem;
using Loses = KeptAttempts::Loses;
using Lost = std::vector<std::pair<std::string, Loses>>;

fs::file_time_type at(int second) { return fs::file_time_type(std::chrono::seconds(second)); }

Lost all_lost(KeptAttempts& kept) {
  Lost lost;
  for (auto next = kept.next_to_lose(); !next.first.empty(); next = kept.next_to_lose())
    lost.push_back(next);
  return lost;
}

TEST(KeptAttempts, LoseNothingWithinTheLimits) {
  KeptAttempts kept({2, 100});
  kept.add("j1-a1", at(1));
  kept.add("j2-a1", at(2));
  kept.set_bytes("j1-a1", 50);
  kept.set_bytes("j2-a1", 50);
  EXPECT_TRUE(all_lost(kept).empty());
  EXPECT_EQ(kept.bytes(), 100);
}

TEST(KeptAttempts, BeyondTheBytesTheOldestOutputGoes) {
  KeptAttempts kept({10, 100});
  kept.add("jnew-a1", at(3));
  kept.add("jold-a1", at(1));
  kept.add("jquiet-a1", at(0));
  kept.set_bytes("jnew-a1", 70);
  kept.set_bytes("jold-a1", 70);
  EXPECT_EQ(all_lost(kept), (Lost{{"jold-a1", Loses::kOutput}}));
  EXPECT_EQ(kept.bytes(), 70);
}

TEST(KeptAttempts, BeyondTheNumberTheOldestGoWhole) {
  KeptAttempts kept({1, 100});
  kept.add("j2-a1", at(2));
  kept.add("j1-a1", at(1));
  kept.add("j3-a1", at(3));
  EXPECT_EQ(all_lost(kept), (Lost{{"j1-a1", Loses::kEverything}, {"j2-a1", Loses::kEverything}}));
}

TEST(KeptAttempts, WhatIsForgottenCountsNoMore) {
  KeptAttempts kept({10, 100});
  kept.add("j1-a1", at(1));
  kept.set_bytes("j1-a1", 500);
  kept.forget("j1-a1");
  kept.forget("j1-a1");
  EXPECT_EQ(kept.bytes(), 0);
  EXPECT_TRUE(all_lost(kept).empty());
}

TEST(BytesBeneath, CountsWhatTheDiskHolds) {
  std::string name = (fs::temp_directory_path() / "kept-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  fs::create_directories(folder / "main-0");
  std::ofstream(folder / "main-0" / "output") << std::string(100'000, 'x');
  fs::create_symlink("/", folder / "main-0" / "everything");
  const std::int64_t bytes = bytes_beneath(folder);
  EXPECT_GE(bytes, 100'000);
  EXPECT_LT(bytes, 300'000);
  EXPECT_EQ(bytes_beneath(folder / "nowhere"), 0);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace berth
