#include "reactor.hpp"

#include <gtest/gtest.h>
#include <sys/epoll.h>

#include <future>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

namespace berth {
namespace {

using std::chrono::milliseconds;

// What a test does on the reactor's thread, until it calls `done`.
struct Scene {
  Reactor reactor{[](std::string_view) {}};
  std::map<std::string, Subscription> kept;
  std::promise<void> ended;

  void done() { ended.set_value(); }
  void play(const std::function<void()>& first) {
    reactor.post(first);
    reactor.start();
    ended.get_future().wait();
    reactor.finish();
    reactor.join();
  }
};

TEST(Reactor, RunsTimersInTheOrderInWhichTheyAreDue) {
  Scene scene;
  std::string order;
  scene.play([&] {
    scene.kept["late"] = scene.reactor.after(milliseconds(2), [&] {
      order += 'b';
      scene.done();
    });
    scene.kept["early"] = scene.reactor.after(milliseconds(1), [&] { order += 'a'; });
  });
  EXPECT_EQ(order, "ab");
}

TEST(Reactor, LetsTimersHaveTheirTurnsAmongManyTasks) {
  Scene scene;
  int tasks_run = 0;
  int tasks_before_timer = 0;
  scene.play([&] {
    scene.kept["timer"] =
        scene.reactor.after(milliseconds(0), [&] { tasks_before_timer = tasks_run; });
    for (int i = 0; i < 100; ++i) {
      scene.reactor.post([&] {
        std::this_thread::sleep_for(milliseconds(1));
        if (++tasks_run == 100) scene.done();
      });
    }
  });
  EXPECT_LT(tasks_before_timer, 100);
  EXPECT_EQ(tasks_run, 100);
}

TEST(Reactor, CallsNothingWhoseSubscriptionIsGone) {
  Scene scene;
  bool was_called = false;
  scene.play([&] {
    scene.reactor.after(milliseconds(0), [&] { was_called = true; });  // dropped at once
    scene.kept["last"] = scene.reactor.after(milliseconds(1), [&] { scene.done(); });
  });
  EXPECT_FALSE(was_called);
}

TEST(Reactor, LetsAFunctionEndItsOwnSubscription) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  Scene scene;
  int calls = 0;
  scene.play([&] {
    scene.kept["closed"] = scene.reactor.watch(read_end.number(), EPOLLIN, [&] {
      ++calls;
      scene.kept["closed"].end();
      // It is level-triggered: without that end it would come again before these two are over.
      scene.reactor.post([&] { scene.reactor.post([&] { scene.done(); }); });
    });
    write_end.close();
  });
  EXPECT_EQ(calls, 1);
}

TEST(Reactor, GoesOnAfterAFunctionThrew) {
  std::promise<std::string> what;
  Reactor reactor([&](std::string_view text) { what.set_value(std::string(text)); });
  reactor.post([] { throw std::runtime_error("no room"); });
  reactor.start();
  EXPECT_EQ(what.get_future().get(), "no room");
  std::promise<void> ran;
  reactor.post([&] { ran.set_value(); });
  ran.get_future().wait();
}

TEST(Reactor, DropsWhatWasPostedTooLateAndThenRunsTheLast) {
  bool was_run = false;
  std::promise<void> ended;
  Reactor reactor([](std::string_view) {});
  reactor.post([&] {
    reactor.finish([&] { ended.set_value(); });
    reactor.post([&] { was_run = true; });
  });
  reactor.start();
  ended.get_future().wait();
  reactor.join();
  EXPECT_FALSE(was_run);
}

}  // namespace
}  // namespace berth
