#include "output_log.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth {
namespace {

// Segments of ten bytes.
class OutputLogTest : public testing::Test {
 protected:
  OutputLogTest() {
    std::string name = (std::filesystem::temp_directory_path() / "berth-log-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    std::filesystem::create_directory(folder_ / "output");
    std::ofstream(folder_ / "segment_bytes") << "10\n";
  }
  ~OutputLogTest() override { std::filesystem::remove_all(folder_); }

  void keep(const char* segment, const std::string& bytes) {
    std::ofstream(folder_ / "output" / segment) << bytes;
  }
  OutputChunk read(std::int64_t offset, std::int64_t limit, bool is_complete = true) {
    return OutputLog(folder_).read(offset, limit, is_complete);
  }

  std::filesystem::path folder_;
};

TEST_F(OutputLogTest, IsEmptyBeforeAnythingWasPrinted) {
  EXPECT_EQ(read(0, 100).data, "");
  EXPECT_TRUE(read(0, 100).is_all);
}

TEST_F(OutputLogTest, ReadsAcrossSegments) {
  keep("00000000", "0123456789");
  keep("00000001", "abc");
  EXPECT_EQ(read(8, 100).data, "89abc");
  EXPECT_EQ(read(8, 100).next, 13);
  EXPECT_TRUE(read(8, 100).is_all);
  EXPECT_EQ(read(0, 5).data, "01234");
  EXPECT_FALSE(read(0, 5).is_all);
}

TEST_F(OutputLogTest, TellsOfSegmentsThatAreNotKept) {
  keep("00000000", "0123456789");
  keep("00000003", "abcdef");
  const OutputChunk before = read(4, 100);
  EXPECT_EQ(before.data, "456789");
  EXPECT_EQ(before.next, 10);
  EXPECT_FALSE(before.is_all);
  const OutputChunk after = read(10, 100);
  EXPECT_EQ(after.data, "abcdef");
  EXPECT_EQ(after.offset, 30);
  EXPECT_EQ(after.dropped, 20);
  EXPECT_EQ(after.next, 36);
  EXPECT_TRUE(after.is_all);
}

TEST_F(OutputLogTest, PassesOverAShortSegmentThatIsNotTheNewest) {
  keep("00000000", "012");
  keep("00000001", "abc");
  EXPECT_EQ(read(0, 100).data, "012");
  EXPECT_EQ(read(3, 100).data, "abc");
  EXPECT_EQ(read(3, 100).dropped, 7);
}

TEST_F(OutputLogTest, SplitsNoCharacter) {
  keep("00000000",
       "abc\xE2\x82\xAC"
       "def");
  EXPECT_EQ(read(0, 4).data, "abc");
  EXPECT_EQ(read(0, 4).next, 3);
  EXPECT_EQ(read(3, 16).data,
            "\xE2\x82\xAC"
            "def");
}

TEST_F(OutputLogTest, HoldsHalfACharacterBackUntilNoMoreWillCome) {
  keep("00000000", "abc\xE2\x82");
  EXPECT_EQ(read(0, 100, false).data, "abc");
  EXPECT_EQ(read(0, 100, true).data, "abc\xE2\x82");
}

TEST_F(OutputLogTest, BeginsItsTailOnACharacter) {
  keep("00000000",
       "abc\xE2\x82\xAC"
       "def");
  EXPECT_EQ(OutputLog(folder_).tail_offset(3), 6);
  EXPECT_EQ(OutputLog(folder_).tail_offset(4), 6);
  EXPECT_EQ(OutputLog(folder_).tail_offset(6), 3);
  EXPECT_EQ(OutputLog(folder_).tail_offset(100), 0);
}

TEST(UnfinishedBytes, CountsOnlyTheBeginningOfACharacter) {
  EXPECT_EQ(unfinished_bytes(""), 0u);
  EXPECT_EQ(unfinished_bytes("abc"), 0u);
  EXPECT_EQ(unfinished_bytes("a\xC3"), 1u);
  EXPECT_EQ(unfinished_bytes("a\xC3\xA9"), 0u);
  EXPECT_EQ(unfinished_bytes("a\xF0\x9F\x98"), 3u);
  EXPECT_EQ(unfinished_bytes("a\xFF"), 0u);
  EXPECT_EQ(unfinished_bytes("\x82\x82\x82\x82"), 0u);
}

}  // namespace
}  // namespace berth
