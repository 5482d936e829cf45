#include "main/arguments.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

TEST(Arguments, NameTheSiteFile) {
  for (const auto& words : {std::vector<std::string>{"--config", "site.toml"},
                            std::vector<std::string>{"--config=site.toml"},
                            std::vector<std::string>{"-c", "site.toml"}}) {
    const auto arguments = read_arguments(words);
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->config, "site.toml");
    EXPECT_EQ(arguments->wish, Arguments::Wish::kServe);
  }
}

TEST(Arguments, NeedNotNameTheInstalledSiteFile) {
  const auto arguments = read_arguments({});
  ASSERT_TRUE(arguments);
  EXPECT_TRUE(arguments->config.string().ends_with("/etc/berth/berth.toml")) << arguments->config;
  EXPECT_EQ(read_arguments({"--check"})->config, arguments->config);
}

TEST(Arguments, MayOnlyAskForACheck) {
  const auto arguments = read_arguments({"--check", "--config", "site.toml"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->wish, Arguments::Wish::kCheck);
}

TEST(Arguments, SayWhatIsMissingOrUnknown) {
  EXPECT_EQ(read_arguments({"--config"}).error().code, "BadUsage");
  const auto unknown = read_arguments({"--confg", "site.toml"});
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("nearest: --config"), std::string::npos);
}

TEST(Arguments, NeedNoFileForHelp) {
  EXPECT_EQ(read_arguments({"--help"})->wish, Arguments::Wish::kHelp);
  EXPECT_EQ(read_arguments({"--version"})->wish, Arguments::Wish::kVersion);
}

}  // namespace
}  // namespace berth
