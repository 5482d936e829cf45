#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "job_folder.hpp"
#include "local_harness.hpp"
#include "small_file.hpp"
#include "support/extra_user.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Submitter submitter_of(const ExtraUser& user) { return {user.uid(), user.gid(), user.name()}; }

json a_script(const std::string& script) { return a_workload({a_member("main", script)}); }

// Real users, real processes: a daemon of root alone can have those.
class LocalUsers : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can run jobs of others";
    user_ = std::make_unique<ExtraUser>("a");
    local_ = std::make_unique<LocalHarness>();
  }

  void launch(const json& workload) {
    const Answer answer = local_->launch_for(submitter_of(*user_), workload);
    EXPECT_EQ(answer.status, BERTH_CALL_OK) << answer.body;
  }
  std::string output_of(const json& workload) {
    launch(workload);
    local_->await_end();
    return local_->whole_log();
  }
  fs::path shared() const { return local_->attempt_folder() / "shared"; }

  std::unique_ptr<ExtraUser> user_;
  std::unique_ptr<LocalHarness> local_;
};

TEST_F(LocalUsers, RunsAJobAsWhoeverSubmittedIt) {
  const std::string printed = output_of(
      a_script("id -un; id -gn; id -Gn; echo $HOME $USER $LOGNAME $SHELL; pwd; touch own; umask"));
  std::istringstream lines(printed);
  std::vector<std::string> said;
  for (std::string line; std::getline(lines, line);) said.push_back(line);
  const std::string& name = user_->name();
  EXPECT_EQ(said, (std::vector<std::string>{
                      name, name, name + " " + user_->more(),
                      "/nonexistent " + name + " " + name + " /usr/sbin/nologin", shared().string(),
                      said.back()}));
  struct stat info {};
  ASSERT_EQ(stat((shared() / "own").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, user_->uid());
}

TEST_F(LocalUsers, GivesTheUserItsFolderWithItsFilesAndNothingElse) {
  json workload = a_script("cat a/b/greeting && echo more >> a/b/greeting && ls -a");
  workload["files"] = json::parse(R"([{"path": "a/b/greeting", "content": "hi\n"}])");
  EXPECT_EQ(output_of(workload), "hi\n.\n..\na\n");
  struct Row {
    fs::path path;
    uid_t owner;
    mode_t mode;
  };
  const fs::path attempt = local_->attempt_folder();
  for (const Row& row : {Row{attempt.parent_path().parent_path(), 0, 0711},
                         Row{attempt.parent_path(), 0, 0711}, Row{attempt, 0, 0711},
                         Row{attempt / "meta", 0, 0600}, Row{attempt / "members", 0, 0700},
                         Row{attempt / "members" / "main-0", 0, 0700},
                         Row{attempt / "members" / "main-0" / "exit", 0, 0600},
                         Row{shared(), user_->uid(), 0700},
                         Row{shared() / "a" / "b", user_->uid(), 0700},
                         Row{shared() / "a" / "b" / "greeting", user_->uid(), 0600}}) {
    struct stat info {};
    ASSERT_EQ(stat(row.path.c_str(), &info), 0) << row.path;
    EXPECT_EQ(info.st_uid, row.owner) << row.path;
    EXPECT_EQ(info.st_mode & 0777, row.mode) << row.path;
  }
}

TEST_F(LocalUsers, GoesOnWithTheJobAndItsUserAfterARestart) {
  launch(a_script("mkfifo gate; touch up; mv up ready; read line < gate; id -u; "
                  "echo '{\"web\": \"127.0.0.1:7\"}' > e; mv e endpoints.json; read line < gate"));
  local_->stop_backend();
  local_->start_backend();
  EXPECT_EQ(local_->adopt().status, BERTH_CALL_OK);
  while (!fs::exists(shared() / "ready")) sched_yield();
  std::ofstream(shared() / "gate") << "go\n";
  local_->await_status([](const json& status) { return status["endpoints"].contains("web"); });
  std::ofstream(shared() / "gate") << "end\n";
  local_->await_end();
  EXPECT_EQ(local_->whole_log(), std::to_string(user_->uid()) + "\n");
  EXPECT_EQ(local_->release().status, BERTH_CALL_OK);
  EXPECT_FALSE(fs::exists(shared()));
}

TEST_F(LocalUsers, RefusesForGoodWhomItCannotTellForSure) {
  const Submitter good = submitter_of(*user_);
  struct Row {
    const char* name;
    Submitter who;
    std::string words;
  };
  const Row rows[] = {
      {"overflow", {65534, 65534, "nobody"}, "overflow uid"},
      {"unknown", {3'999'999, 1, "uid:3999999"}, "no user with uid 3999999"},
      {"renamed", {good.uid, good.gid, "berth-test-gone"}, "there is no user berth-test-gone"},
      {"now another", {good.uid, good.gid, "daemon"}, "now daemon is uid 1"},
      {"strange group", {good.uid, 0, good.user}, "group 0, which is not one of"}};
  for (const Row& row : rows) {
    const Answer answer = local_->launch_for(row.who, a_script("touch ran"));
    EXPECT_EQ(answer.status, BERTH_CALL_PERMANENT) << row.name;
    EXPECT_EQ(answer.body.value("reason", ""), "SubmissionFailed") << row.name;
    EXPECT_NE(answer.body.value("message", "").find(row.words), std::string::npos) << answer.body;
  }
  EXPECT_FALSE(fs::exists(local_->attempt_folder()));
}

// What a job may put where the daemon reads: each must be passed over, and none may hold it up.
TEST_F(LocalUsers, BelievesNoTrapWhereEndpointsShouldBe) {
  const fs::path secret = local_->folder() / "secret";
  std::ofstream(secret) << R"({"stolen": "127.0.0.1:1"})";
  fs::permissions(secret, fs::perms::owner_read);
  launch(a_script("echo '{\"web\": \"127.0.0.1:7\"}' > e; mv e endpoints.json; exec sleep 1000"));
  local_->await_status([](const json& status) { return status["endpoints"].contains("web"); });
  const AttemptFolder folder{local_->attempt_folder()};
  const auto plant = [&](const char* what, const std::function<void(const fs::path&)>& make) {
    fs::remove_all(folder.endpoints());
    make(folder.endpoints());
    EXPECT_FALSE(read_job_file(folder, "endpoints.json", user_->uid(), 1 << 16)) << what;
    return 1;
  };
  int tried = 0;
  tried += plant("a link", [&](const fs::path& at) { fs::create_symlink(secret, at); });
  tried += plant("a second name", [&](const fs::path& at) { fs::create_hard_link(secret, at); });
  tried += plant("a file of root's", [&](const fs::path& at) { std::ofstream(at) << "{}"; });
  tried += plant("a FIFO", [&](const fs::path& at) {
    EXPECT_EQ(mkfifo(at.c_str(), 0666), 0);
    EXPECT_EQ(chown(at.c_str(), user_->uid(), user_->gid()), 0);
  });
  tried += plant("a device", [&](const fs::path& at) {
    EXPECT_EQ(mknod(at.c_str(), S_IFCHR | 0666, makedev(1, 5)), 0);
    EXPECT_EQ(chown(at.c_str(), user_->uid(), user_->gid()), 0);
  });
  tried += plant("a folder", [&](const fs::path& at) { fs::create_directory(at); });
  tried += plant("too much", [&](const fs::path& at) {
    std::ofstream(at) << std::string(1 << 17, ' ');
    EXPECT_EQ(chown(at.c_str(), user_->uid(), user_->gid()), 0);
  });
  tried += plant("nothing", [](const fs::path&) {});
  std::cout << "tried " << tried << " traps at endpoints.json, none was read\n";
  EXPECT_EQ(local_->release().status, BERTH_CALL_OK);
}

TEST_F(LocalUsers, RemovesNothingOutsideHoweverTheFolderWasLeft) {
  const fs::path victim = local_->folder() / "victim";
  fs::create_directory(victim);
  std::ofstream(victim / "kept") << "kept";
  launch(a_script("ln -s " + victim.string() + " link; ln -s " + victim.string() +
                  "/kept file; mkdir -p a/b; ln -s " + victim.string() +
                  " a/b/link; mkfifo pipe; mkdir closed; touch closed/in; chmod 0 closed; "
                  "ln -s ../../../../victim up"));
  local_->await_end();
  EXPECT_EQ(local_->release().status, BERTH_CALL_OK);
  EXPECT_FALSE(fs::exists(shared()));
  EXPECT_TRUE(fs::exists(victim / "kept"));
}

// A folder that cannot be emptied with its user's rights keeps nobody from going on.
TEST_F(LocalUsers, ReleasesAJobWhoseFilesStay) {
  launch(a_script("exec sleep 1000"));
  fs::create_directory(shared() / "of-root");
  std::ofstream(shared() / "of-root" / "file") << "stays";
  EXPECT_EQ(local_->release().status, BERTH_CALL_OK);
  EXPECT_TRUE(fs::exists(shared() / "of-root" / "file"));
  fs::remove_all(shared());
}

TEST_F(LocalUsers, LetsASetUserIdProgramGiveNothing) {
  // As `su` and `sudo` are: of root, and set-user-id.
  const fs::path program = local_->folder() / "give-root";
  fs::copy_file("/usr/bin/id", program);
  fs::permissions(program, fs::perms{04755});
  EXPECT_EQ(output_of(a_script(program.string() + " -u")), std::to_string(user_->uid()) + "\n");
}

}  // namespace
}  // namespace berth
