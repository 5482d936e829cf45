#include <unistd.h>

#include <functional>

#include "plugin_folder.hpp"

namespace berth {
namespace {

struct Refusal {
  const char* flaw;
  const char* said;  // part of the state
};

class LoadingFlaws : public testing::TestWithParam<Refusal> {};

TEST_P(LoadingFlaws, RefusesTheLibraryInWordsAndLoadsTheOthers) {
  PluginFolder folder;
  folder.add_flawed(GetParam().flaw);
  folder.add_flawed("sound");
  const auto catalog = folder.load();
  const PluginStatus row = row_of(*catalog, std::string(GetParam().flaw) + ".so");
  EXPECT_FALSE(row.loaded);
  EXPECT_TRUE(row.state.starts_with("refused: ")) << row.state;
  EXPECT_NE(row.state.find(GetParam().said), std::string::npos) << row.state;
  EXPECT_EQ(row.sha256.size(), 64U);
  EXPECT_EQ(row_of(*catalog, "sound.so").state, "loaded");
}

INSTANTIATE_TEST_SUITE_P(
    Library, LoadingFlaws,
    testing::Values(
        Refusal{"no_symbol", "exports no symbol berth_module_v1"},
        Refusal{"only_v2", "built for ABI 2; this berthd speaks 1.1: rebuild with the SDK"},
        Refusal{"wrong_major", "built for ABI 2.1; this berthd speaks 1.1: rebuild with the SDK"},
        Refusal{"null_module", "berth_module_v1 returned null"},
        Refusal{"module_size_zero", "berth_module says its size is 0 bytes"},
        Refusal{"no_plugins", "it lists no plugin"},
        Refusal{"count_huge", "claims 18446744073709551615 rows; the most is 10000"},
        Refusal{"stride_zero", "has a stride of 0 bytes"},
        Refusal{"size_zero", "berth_module.plugins[0] says its size is 0 bytes"},
        Refusal{"size_huge", "says its size is 18446744073709551615 bytes"},
        Refusal{"null_text", "berth_module.plugins[0].id points to memory that is not there"},
        Refusal{"duplicate_id", "the id \"duplicate_id\" stands twice"},
        Refusal{"unknown_kind", "is of kind 99, which this berthd does not know"},
        Refusal{"null_functions", "berth_filter_functions is null"},
        Refusal{"null_filter", "the function \"filter\" is missing"},
        Refusal{"null_create", "the function \"create\" is missing"},
        Refusal{"bad_default", "(headroom) has a default that is wrong itself: \"plenty\""},
        Refusal{"bad_option_type", "(colour) has the type 99, which this berthd does not know"}),
    [](const auto& row) { return std::string(row.param.flaw); });

// Files that are not even looked into.
struct BadFile {
  const char* name;
  void (*spoil)(PluginFolder& folder);
  const char* said;
};

class LoadingFiles : public testing::TestWithParam<BadFile> {};

TEST_P(LoadingFiles, RefusesTheFileInWordsAndLoadsTheOthers) {
  PluginFolder folder;
  folder.add_flawed("sound");
  folder.add_test("versioned_1", "bad.so");
  GetParam().spoil(folder);
  const auto catalog = folder.load();
  const PluginStatus row = row_of(*catalog, "bad.so");
  EXPECT_FALSE(row.loaded);
  EXPECT_NE(row.state.find(GetParam().said), std::string::npos) << row.state;
  EXPECT_EQ(row_of(*catalog, "sound.so").state, "loaded");
}

void cut_in_half(PluginFolder& folder) {
  const auto path = folder.path("bad.so");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
}

INSTANTIATE_TEST_SUITE_P(
    File, LoadingFiles,
    testing::Values(
        BadFile{"WrittenByOthers",
                [](PluginFolder& folder) { chmod(folder.path("bad.so").c_str(), 0777); },
                "has the unsafe mode 0777: others may write to it; remove that right"},
        BadFile{"WrittenByItsGroup",
                [](PluginFolder& folder) { chmod(folder.path("bad.so").c_str(), 0664); },
                "has the unsafe mode 0664"},
        BadFile{"SymbolicLink",
                [](PluginFolder& folder) {
                  std::filesystem::remove(folder.path("bad.so"));
                  std::filesystem::create_symlink(folder.path("sound.so"), folder.path("bad.so"));
                },
                "it is a symbolic link"},
        BadFile{"Folder",
                [](PluginFolder& folder) {
                  std::filesystem::remove(folder.path("bad.so"));
                  std::filesystem::create_directory(folder.path("bad.so"));
                },
                "it is no regular file"},
        BadFile{"Pipe",
                [](PluginFolder& folder) {
                  std::filesystem::remove(folder.path("bad.so"));
                  mkfifo(folder.path("bad.so").c_str(), 0644);
                },
                "it is no regular file"},
        BadFile{"Garbage", [](PluginFolder& folder) { folder.write("bad.so", "not a library\n"); },
                "it is no shared library (no ELF header)"},
        BadFile{"Empty", [](PluginFolder& folder) { folder.write("bad.so", ""); },
                "it is no shared library (no ELF header)"},
        BadFile{"CutInHalf", cut_in_half, "it is cut short"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Loading, RefusesAFileOfAForeignOwner) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  PluginFolder folder;
  folder.add_flawed("sound");
  ASSERT_EQ(chown(folder.path("sound.so").c_str(), 12345, 0), 0);
  const auto catalog = folder.load();
  EXPECT_NE(row_of(*catalog, "sound.so").state.find("belongs to user 12345"), std::string::npos);
}

TEST(Loading, RefusesTheLaterOfTwoFilesWithOneId) {
  PluginFolder folder;
  folder.add_test("versioned_1", "a.so");
  folder.add_test("versioned_2", "b.so");
  const auto catalog = folder.load();
  EXPECT_EQ(row_of(*catalog, "a.so").state, "loaded");
  EXPECT_EQ(row_of(*catalog, "b.so").state,
            "refused: the id \"versioned\" is already that of a plugin in a.so; remove one of the "
            "two files");
}

TEST(Loading, RefusesAFileThatIsNotThePinnedOne) {
  PluginFolder folder;
  folder.add_test("versioned_1", "versioned.so");
  folder.settings.pins["versioned"] = std::string(64, '0');
  const auto catalog = folder.load();
  const PluginStatus row = row_of(*catalog, "versioned.so");
  EXPECT_FALSE(row.loaded);
  EXPECT_EQ(row.id, "versioned");
  EXPECT_NE(row.state.find("pins \"versioned\" to sha256 000"), std::string::npos) << row.state;
}

TEST(Loading, TakesAFileThatIsThePinnedOne) {
  PluginFolder folder;
  folder.add_test("versioned_1", "versioned.so");
  const std::string sha256 = row_of(*folder.load(), "versioned.so").sha256;
  folder.settings.pins["versioned"] = sha256;
  EXPECT_TRUE(row_of(*folder.load(), "versioned.so").loaded);
}

TEST(Loading, FailsAsAWholeWhenOthersMayWriteToTheFolder) {
  PluginFolder folder;
  chmod(folder.settings.plugin_dir.c_str(), 0777);
  const auto catalog = Catalog::load(folder.settings);
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, "PluginFolder");
  EXPECT_NE(catalog.error().message.find("has the unsafe mode 0777"), std::string::npos);
}

TEST(Loading, FailsAsAWholeWithoutTheFolder) {
  PluginFolder folder;
  folder.settings.plugin_dir /= "missing";
  const auto catalog = Catalog::load(folder.settings);
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, "PluginFolder");
}

TEST(Loading, FailsAsAWholeWhenOthersMayReachItsPrivateCopies) {
  PluginFolder folder;
  std::filesystem::create_directory(folder.settings.private_dir);
  chmod(folder.settings.private_dir.c_str(), 0755);
  const auto catalog = Catalog::load(folder.settings);
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().code, "PluginFolder");
}

int version_told_by(Catalog& catalog) {
  const auto filter = catalog.make_filter("versioned", nullptr);
  EmptyBatch batch(1);
  EXPECT_TRUE((*filter)->filter(batch.record, batch.verdicts.data()));
  return static_cast<int>(batch.verdicts[0].want);
}

TEST(Loading, TakesTheNewCodeAfterAFileWasReplacedByRenaming) {
  PluginFolder folder;
  folder.add_test("versioned_1", "versioned.so");
  const auto before = folder.load();
  EXPECT_EQ(version_told_by(*before), 1);
  folder.add_test("versioned_2", "versioned.so");
  const auto after = folder.load();
  EXPECT_EQ(version_told_by(*after), 2);
  EXPECT_EQ(row_of(*after, "versioned.so").version, "2.0.0");
  EXPECT_EQ(version_told_by(*before), 1);
}

TEST(Loading, SurvivesThatTheFileIsTruncatedAfterwards) {
  PluginFolder folder;
  folder.add_test("versioned_1", "versioned.so");
  const auto catalog = folder.load();
  std::filesystem::resize_file(folder.path("versioned.so"), 0);
  EXPECT_EQ(version_told_by(*catalog), 1);
}

TEST(Loading, MendsAPrivateCopyThatWasSpoilt) {
  PluginFolder folder;
  folder.add_test("versioned_1", "versioned.so");
  const std::string sha256 = row_of(*folder.load(), "versioned.so").sha256;
  const auto copy = folder.settings.private_dir / (sha256 + ".so");
  const auto size = std::filesystem::file_size(copy);
  std::filesystem::remove(copy);  // the old one is loaded: it must not be truncated
  std::ofstream(copy) << "spoilt";
  EXPECT_TRUE(row_of(*folder.load(), "versioned.so").loaded);
  EXPECT_EQ(std::filesystem::file_size(copy), size);
}

}  // namespace
}  // namespace berth
