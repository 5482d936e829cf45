#include "plugins/quarantine.hpp"

#include <gtest/gtest.h>

#include "plugin_folder.hpp"

namespace berth {
namespace {

class Quarantined : public testing::Test {
 protected:
  // A start after a death with these last words; looks at the file "aaa", last changed at 5.
  Confinement start(const std::vector<LastWords>& last_words, std::int64_t changed_ns = 5) {
    Quarantine quarantine(folder_.settings.plugin_dir / "quarantine");
    quarantine.take_in(last_words);
    const Confinement confinement = quarantine.of("aaa", changed_ns);
    quarantine.save();
    return confinement;
  }
  PluginFolder folder_;
  const LastWords crashed_{"aaa", "plugin", "mine", true, 11};
  const LastWords killed_{"aaa", "plugin", "mine", false, 0};
  const LastWords loading_{"aaa", "", "file.so", true, 11};
};

TEST_F(Quarantined, IsTheFileThatCrashedOnce) {
  EXPECT_EQ(start({crashed_}), Confinement::kIdle);
  EXPECT_EQ(start({}), Confinement::kIdle);
}

TEST_F(Quarantined, IsTheFileThatRanAtTwoKillsInARow) {
  EXPECT_EQ(start({killed_}), Confinement::kNone);
  EXPECT_EQ(start({killed_}), Confinement::kIdle);
}

TEST_F(Quarantined, IsNotTheFileThatRanAtTwoKillsWithACleanEndBetween) {
  EXPECT_EQ(start({killed_}), Confinement::kNone);
  EXPECT_EQ(start({}), Confinement::kNone);
  EXPECT_EQ(start({killed_}), Confinement::kNone);
}

TEST_F(Quarantined, IsNotTheFileOfWhichTwoInstancesRanAtOneKill) {
  EXPECT_EQ(start({killed_, killed_}), Confinement::kNone);
}

TEST_F(Quarantined, IsNotEvenLoadedWhenItCrashedWhileItWasLoaded) {
  EXPECT_EQ(start({loading_}), Confinement::kUnloaded);
  EXPECT_EQ(start({}), Confinement::kUnloaded);
}

TEST_F(Quarantined, IsFreeOnceItWasTouched) {
  EXPECT_EQ(start({crashed_}), Confinement::kIdle);
  EXPECT_EQ(start({}, 6), Confinement::kNone);
  EXPECT_EQ(start({}, 6), Confinement::kNone);
}

TEST_F(Quarantined, AreNoOtherFiles) {
  EXPECT_EQ(start({{"bbb", "plugin", "mine", true, 11}}), Confinement::kNone);
}

}  // namespace
}  // namespace berth
