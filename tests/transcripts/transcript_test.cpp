// Replays every transcript of this folder.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.hpp"
#include "conversation.hpp"

namespace berth {
namespace {

std::vector<std::string> transcript_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(BERTH_TRANSCRIPTS))
    if (entry.path().extension() == ".txt" && entry.path().stem() != "CMakeLists")
      names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

class Transcript : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    static const bool logging = (start_logging("warning", ""), true);
    static_cast<void>(logging);
  }
};

TEST_P(Transcript, IsAnsweredAsWritten) {
  const auto file = std::filesystem::path(BERTH_TRANSCRIPTS) / (GetParam() + ".txt");
  const auto steps = read_transcript(file);
  ASSERT_FALSE(steps.empty());
  Conversation conversation;
  EXPECT_EQ(conversation.replay(steps), "") << file;
}

INSTANTIATE_TEST_SUITE_P(All, Transcript, testing::ValuesIn(transcript_names()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace berth
