#include "secrets/tokens.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace berth {
namespace {

class TokensTest : public testing::Test {
 protected:
  TokensTest() {
    std::string folder = std::filesystem::temp_directory_path() / "tokens-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    file_ = folder_ / "instance.key";
  }
  ~TokensTest() override { std::filesystem::remove_all(folder_); }

  std::string code_of_opening() {
    const auto tokens = Tokens::open(file_, chance_);
    return tokens ? "" : tokens.error().code;
  }

  SystemChance chance_;
  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(TokensTest, AreTheSameAfterARestart) {
  const auto before = Tokens::open(file_, chance_);
  const auto after = Tokens::open(file_, chance_);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->token("jabc", 1), after->token("jabc", 1));
  EXPECT_EQ(before->token("jabc", 1).size(), 64u);
}

TEST_F(TokensTest, AreOfOneAttemptOfOneJob) {
  const Tokens tokens("key");
  EXPECT_NE(tokens.token("jabc", 1), tokens.token("jabc", 2));
  EXPECT_NE(tokens.token("jabc", 1), tokens.token("jabd", 1));
  EXPECT_NE(tokens.token("jabc", 1), Tokens("other").token("jabc", 1));
}

TEST_F(TokensTest, KeepTheirKeyWhereNobodyElseCanRead) {
  ASSERT_EQ(code_of_opening(), "");
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(TokensTest, DoNotTrustAKeyThatOthersCouldRead) {
  ASSERT_EQ(code_of_opening(), "");
  ::chmod(file_.c_str(), 0640);
  EXPECT_EQ(code_of_opening(), "KeyFile");
}

TEST_F(TokensTest, DoNotFollowALink) {
  const auto elsewhere = folder_ / "elsewhere";
  ASSERT_TRUE(Tokens::open(elsewhere, chance_));
  std::filesystem::create_symlink(elsewhere, file_);
  EXPECT_EQ(code_of_opening(), "KeyFile");
}

TEST_F(TokensTest, DoNotTakeAKeyThatWasCutShort) {
  ASSERT_EQ(code_of_opening(), "");
  std::filesystem::resize_file(file_, 10);
  EXPECT_EQ(code_of_opening(), "KeyFile");
}

TEST_F(TokensTest, SayThatTheFolderIsMissing) {
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(code_of_opening(), "KeyFile");
}

}  // namespace
}  // namespace berth
