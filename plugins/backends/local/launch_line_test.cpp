#include "launch_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace berth {
namespace {

// A line of at most four members at once, and what started in it so far.
struct Scene {
  std::vector<LaunchLine::Start> later;
  LaunchLine line{4, [this](LaunchLine::Start start) { later.push_back(std::move(start)); }};
  std::string started;
  std::map<char, std::shared_ptr<void>> under_way;

  void join(char name, std::size_t members) {
    line.join({std::string(1, name), 1}, [this, name, members] {
      started += name;
      under_way[name] = line.take_place(members);
    });
  }
  void end(char name) {
    under_way.erase(name);
    for (const LaunchLine::Start& start : std::exchange(later, {})) start();
  }
};

TEST(LaunchLine, StartsAtOnceWhileThereIsRoom) {
  Scene scene;
  scene.join('a', 2);
  scene.join('b', 2);
  EXPECT_EQ(scene.started, "ab");
}

TEST(LaunchLine, StartsTheOthersInTheirOrderAsLaunchesEnd) {
  Scene scene;
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f'}) scene.join(name, 1);
  EXPECT_EQ(scene.started, "abcd");
  scene.end('c');
  EXPECT_EQ(scene.started, "abcde");
  scene.end('a');
  EXPECT_EQ(scene.started, "abcdef");
}

TEST(LaunchLine, StartsWhatIsWiderThanItsRoomAlone) {
  Scene scene;
  scene.join('a', 100);
  scene.join('b', 1);
  EXPECT_EQ(scene.started, "a");
  scene.end('a');
  EXPECT_EQ(scene.started, "ab");
}

TEST(LaunchLine, LetsWhoIsAskedForAgainKeepItsPlace) {
  Scene scene;
  for (const char name : {'a', 'b', 'c', 'a'}) scene.join(name, 4);
  scene.join('b', 4);
  EXPECT_EQ(scene.started, "a");
  scene.end('a');
  EXPECT_EQ(scene.started, "abb");
  scene.end('b');
  EXPECT_EQ(scene.started, "abbc");
}

TEST(LaunchLine, GoesOnAfterALaunchThatTookNoPlace) {
  Scene scene;
  scene.join('a', 4);
  scene.line.join({"given up", 1}, [&scene] { scene.started += '-'; });
  scene.join('b', 1);
  scene.end('a');
  EXPECT_EQ(scene.started, "a-b");
}

}  // namespace
}  // namespace berth
