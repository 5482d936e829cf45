#include "plugins/breadcrumb.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "plugin_folder.hpp"

namespace berth {
namespace {

// Runs `life` in a process of its own, which is to die in it. Returns how waitpid saw that.
int status_of_death(const std::function<void()>& life) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    life();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

class Crumbs : public testing::Test {
 protected:
  std::filesystem::path file() const {
    std::filesystem::create_directories(folder_.settings.private_dir);
    return folder_.settings.private_dir / "breadcrumb";
  }
  // What is found after a process died in `death`, which has numbers 1 and 2 to use.
  std::vector<LastWords> after(const std::function<void(Breadcrumb&)>& death) {
    status_of_death([&] {
      Breadcrumb crumb(file());
      crumb.enrol("aaa", "first", "one");
      crumb.enrol("bbb", "second", "two");
      death(crumb);
    });
    return Breadcrumb(file()).last_words();
  }

  PluginFolder folder_;
};

TEST_F(Crumbs, SayNothingAfterACleanEnd) {
  EXPECT_TRUE(after([](Breadcrumb& crumb) { const Breadcrumb::Mark mark(crumb, 1); }).empty());
}

TEST_F(Crumbs, NameThePluginWhoseThreadCrashed) {
  const auto words = after([](Breadcrumb& crumb) {
    std::atomic<bool> other_runs = false;
    std::thread other([&] {
      const Breadcrumb::Mark mark(crumb, 1);
      other_runs = true;
      pause();
    });
    while (!other_runs) std::this_thread::yield();
    const Breadcrumb::Mark mark(crumb, 2);
    abort();
  });
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].sha256, "bbb");
  EXPECT_EQ(words[0].plugin, "second");
  EXPECT_EQ(words[0].instance, "two");
  EXPECT_TRUE(words[0].crashed);
  EXPECT_EQ(words[0].signal, SIGABRT);
}

TEST_F(Crumbs, NameNobodyWhenTheDaemonsOwnCodeCrashed) {
  EXPECT_TRUE(after([](Breadcrumb& crumb) {
                { const Breadcrumb::Mark mark(crumb, 1); }
                abort();
              }).empty());
}

TEST_F(Crumbs, NameWhoRanWhenTheProcessWasKilledButNotAsCrashed) {
  const auto words = after([](Breadcrumb& crumb) {
    const Breadcrumb::Mark mark(crumb, 1);
    raise(SIGKILL);
  });
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].plugin, "first");
  EXPECT_FALSE(words[0].crashed);
}

TEST_F(Crumbs, KnowWhoRanAroundACallWithinACall) {
  const auto words = after([](Breadcrumb& crumb) {
    const Breadcrumb::Mark outer(crumb, 1);
    { const Breadcrumb::Mark inner(crumb, 2); }
    raise(SIGKILL);
  });
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].plugin, "first");
}

TEST_F(Crumbs, LeaveTheSignalAsItWas) {
  const int status = status_of_death([&] {
    Breadcrumb crumb(file());
    abort();
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
}

TEST_F(Crumbs, AreLeftByOneProcessAtATime) {
  Breadcrumb first(file());
  first.enrol("aaa", "first", "one");
  const Breadcrumb::Mark mark(first, 1);
  EXPECT_TRUE(Breadcrumb(file()).last_words().empty());
}

TEST_F(Crumbs, OfARubbishFileAreIgnored) {
  std::filesystem::create_directories(folder_.settings.private_dir);
  std::ofstream(file()) << std::string(1 << 20, 'x');
  EXPECT_TRUE(Breadcrumb(file()).last_words().empty());
}

void run_filter(Catalog& catalog, const std::string& id) {
  const auto filter = catalog.make_filter(id, nullptr);
  EmptyBatch batch(1);
  (*filter)->filter(batch.record, batch.verdicts.data());
}

class AfterACrash : public testing::Test {
 protected:
  AfterACrash() {
    folder_.add_flawed("crashes");
    folder_.add_flawed("sound");
    const int status = status_of_death([&] { run_filter(*folder_.load(), "crashes"); });
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  }
  PluginFolder folder_;
};

TEST_F(AfterACrash, ThePluginIsInQuarantineAndItsJobsAreHeld) {
  const auto catalog = folder_.load();
  const PluginStatus row = row_of(*catalog, "crashes.so");
  EXPECT_FALSE(row.loaded);
  EXPECT_EQ(row.id, "crashes");
  EXPECT_EQ(row.state,
            "quarantined: berthd died while it ran; `touch` or replace its file to let it "
            "load again");
  const auto filter = catalog->make_filter("crashes", nullptr);
  ASSERT_TRUE(filter) << filter.error().message;
  EmptyBatch batch(1);
  EXPECT_FALSE((*filter)->filter(batch.record, batch.verdicts.data()));
  EXPECT_TRUE(row_of(*catalog, "sound.so").loaded);
}

TEST_F(AfterACrash, ItStaysInQuarantineOverFurtherStarts) {
  folder_.load();
  folder_.load();
  EXPECT_TRUE(row_of(*folder_.load(), "crashes.so").state.starts_with("quarantined"));
}

TEST_F(AfterACrash, TheSiteFileMayStillNameIt) {
  const auto catalog = folder_.load();
  EXPECT_EQ(catalog->known().size(), 2U);
}

TEST_F(AfterACrash, ATouchLetsItOut) {
  folder_.load();
  const auto path = folder_.path("crashes.so");
  std::filesystem::last_write_time(path,
                                   std::filesystem::last_write_time(path) + std::chrono::hours(1));
  EXPECT_EQ(row_of(*folder_.load(), "crashes.so").state, "loaded");
  EXPECT_EQ(row_of(*folder_.load(), "crashes.so").state, "loaded");
}

TEST_F(AfterACrash, AnotherFileOfThatNameIsFree) {
  folder_.load();
  folder_.add_test("versioned_1", "crashes.so");
  EXPECT_EQ(row_of(*folder_.load(), "crashes.so").state, "loaded");
}

}  // namespace
}  // namespace berth
