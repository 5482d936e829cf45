// What a site file must be before anybody looks into it.
#include "config/site_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "site_text.hpp"

namespace berth {
namespace {

std::string refusal_of(const std::filesystem::path& file) {
  const auto bytes = read_site_file(file);
  return bytes ? "none" : bytes.error().message;
}

TEST(SiteFile, IsReadByteForByte) {
  const TestFolder folder;
  const std::string bytes("a\0b\xff\n", 5);
  EXPECT_EQ(read_site_file(folder.write("site.toml", bytes)).value(), bytes);
}

TEST(SiteFile, ThatIsMissingOrNoFileIsRefused) {
  const TestFolder folder;
  EXPECT_EQ(refusal_of(folder.path() / "none.toml"), "there is no such file");
  EXPECT_EQ(refusal_of(folder.path()), "is a folder, not a file");
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(refusal_of(pipe), "is no plain file");
}

TEST(SiteFile, ThatIsASymbolicLinkIsRefusedWithItsTarget) {
  const TestFolder folder;
  folder.write("real.toml", "");
  std::filesystem::create_symlink("real.toml", folder.path() / "site.toml");
  EXPECT_EQ(refusal_of(folder.path() / "site.toml"),
            "is a symbolic link; name the file it points to: real.toml");
}

TEST(SiteFile, ThatMayNotBeReadIsRefused) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TestFolder folder;
  const auto file = folder.write("site.toml", "");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  EXPECT_EQ(refusal_of(file), "cannot be read: Permission denied");
}

TEST(SiteFile, HasAtMostSixteenMebibytes) {
  const TestFolder folder;
  EXPECT_EQ(refusal_of(folder.write("full.toml", std::string(kSiteFileBytesMax, '#'))), "none");
  EXPECT_EQ(refusal_of(folder.write("large.toml", std::string(kSiteFileBytesMax + 1, '#'))),
            "is larger than 16777216 bytes, the most that a site file may have");
}

TEST(SiteFile, ThatCannotBeReadIsAProblemOfTheWholeFile) {
  const SiteCheck check = read_site("/nonexistent/site.toml");
  EXPECT_EQ(problems_text(check),
            "/nonexistent/site.toml: there is no such file\n1 error; nothing was changed\n");
}

}  // namespace
}  // namespace berth
