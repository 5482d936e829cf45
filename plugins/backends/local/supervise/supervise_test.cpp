#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "supervised_member.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

MemberRequest shell(const std::string& script) {
  return {.arguments = {"sh", "-c", script}};
}

// Every way to end a tree is tried twice: with a cgroup, and by the walk over descendants alone.
class SuperviseTree : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!GetParam()) return;
    parent_ = make_cgroup_parent();
    if (!parent_) GTEST_SKIP() << "no cgroup v2 hierarchy can be written here";
  }
  void TearDown() override {
    if (!parent_) return;
    EXPECT_FALSE(fs::exists(*parent_ / "leaf")) << "the supervisor left its cgroup behind";
    fs::remove(*parent_);
  }
  MemberRequest shell_in_tree(const std::string& script) {
    MemberRequest request = shell(script);
    if (parent_) request.cgroup = *parent_ / "leaf";
    return request;
  }

  std::optional<fs::path> parent_;
  SupervisedMember member_;
};

INSTANTIATE_TEST_SUITE_P(, SuperviseTree, testing::Bool(), [](const auto& info) {
  return info.param ? "WithCgroup" : "WithoutCgroup";
});

TEST_P(SuperviseTree, KeepsTheExitCode) {
  member_.run(shell_in_tree("exit 7"));
  member_.await_lock_free();
  auto record = member_.exit_record();
  EXPECT_EQ(record["version"], "1");
  EXPECT_EQ(record["how"], "exited");
  EXPECT_EQ(record["code"], "7");
  EXPECT_EQ(record["signal"], "0");
  EXPECT_LE(record["started_ms"], record["ended_ms"]);
}

TEST_P(SuperviseTree, KeepsTheSignal) {
  member_.run(shell_in_tree("kill -SEGV $$"));
  member_.await_lock_free();
  auto record = member_.exit_record();
  EXPECT_EQ(record["how"], "signaled");
  EXPECT_EQ(record["signal"], "11");
  EXPECT_EQ(record["code"], "139");
}

TEST_P(SuperviseTree, SaysWhatCouldNotBeExecuted) {
  MemberRequest request = shell_in_tree("");
  request.arguments = {"no-such-program-anywhere"};
  member_.run(request);
  member_.await_lock_free();
  auto record = member_.exit_record();
  EXPECT_EQ(record["how"], "exec_failed");
  EXPECT_EQ(record["code"], "127");
  EXPECT_EQ(record["message"], "cannot run no-such-program-anywhere: No such file or directory");
}

// Both detach twice from the session; the test sees their end as the end of the FIFO's writers.
constexpr char kDoubleSetsid[] =
    "setsid sh -c 'setsid sh -c \"trap : TERM; echo up; while :; do sleep 1; done\" & ' >signpost &"
    "trap 'exit 3' TERM; while :; do sleep 1; done";

TEST_P(SuperviseTree, StopEndsADoubleSetsidGrandchildThatIgnoresIt) {
  MemberRequest request = shell_in_tree(kDoubleSetsid);
  request.grace_ms = 50;
  member_.run(request);
  int signpost = member_.open_signpost();
  EXPECT_EQ(read_line(signpost), "up");
  member_.command("stop");
  EXPECT_EQ(read_to_end(signpost), "");
  close(signpost);
  member_.await_lock_free();
  EXPECT_EQ(member_.exit_record()["how"], "stopped");
}

TEST_P(SuperviseTree, WhatTheChildLeavesBehindIsKilled) {
  member_.run(shell_in_tree(
      "setsid sh -c 'echo up; exec sleep 1000' >signpost & read -r line <gate; exit 5"));
  int signpost = member_.open_signpost();
  EXPECT_EQ(read_line(signpost), "up");
  member_.open_gate();
  EXPECT_EQ(read_to_end(signpost), "");
  close(signpost);
  member_.await_lock_free();
  EXPECT_EQ(member_.exit_record()["how"], "exited");
}

TEST_P(SuperviseTree, StopLetsTheJobEndInItsOwnWay) {
  member_.run(shell_in_tree(
      "trap 'echo bye; exit 4' TERM; echo up >signpost; while :; do sleep 0.02; done"));
  int signpost = member_.open_signpost();
  EXPECT_EQ(read_line(signpost), "up");
  close(signpost);
  member_.command("a word of a newer daemon\nstop");
  member_.await_lock_free();
  auto record = member_.exit_record();
  EXPECT_EQ(record["how"], "stopped");
  EXPECT_EQ(record["code"], "4");
  EXPECT_NE(member_.read("output/00000000").find("bye\n"), std::string::npos);
}

TEST_P(SuperviseTree, KillDoesNotWaitForTheGrace) {
  member_.run(shell_in_tree("trap : TERM; echo up >signpost; while :; do sleep 1; done"));
  int signpost = member_.open_signpost();
  EXPECT_EQ(read_line(signpost), "up");
  close(signpost);
  member_.command("stop");
  member_.command("kill");
  member_.await_lock_free();
  auto record = member_.exit_record();
  EXPECT_EQ(record["how"], "stopped");
  EXPECT_EQ(record["signal"], "9");
}

TEST_P(SuperviseTree, OutlivesItsParent) {
  pid_t daemon = fork();
  if (daemon == 0) {
    member_.run(shell_in_tree("echo up >signpost; read -r line <gate; exit 9"));
    raise(SIGKILL);
  }
  int signpost = member_.open_signpost();
  EXPECT_EQ(read_line(signpost), "up");
  close(signpost);
  waitpid(daemon, nullptr, 0);
  EXPECT_FALSE(member_.is_lock_free());
  member_.open_gate();
  member_.await_lock_free();
  EXPECT_EQ(member_.exit_record()["code"], "9");
}

TEST(Supervise, EndOfFileBeforeGoNeverRunsAndLeavesNoFate) {
  SupervisedMember member;
  EXPECT_EQ(member.start_supervisor(), "L");
  member.send_request(shell("touch ran"));
  member.hang_up();
  member.await_lock_free();
  EXPECT_FALSE(member.exists("fate"));
  EXPECT_FALSE(member.exists("exit"));
  EXPECT_FALSE(fs::exists(member.directory() / "ran"));
  member.run(shell("exit 0"));  // so the launch may be repeated
  member.await_lock_free();
  EXPECT_EQ(member.exit_record()["code"], "0");
}

TEST(Supervise, ObeysATombstoneFoundAtTheStart) {
  SupervisedMember member;
  std::ofstream(member.folder() / "fate") << "cancelled\n";
  EXPECT_EQ(member.start_supervisor(), "F");
  EXPECT_FALSE(member.exists("exit"));
}

TEST(Supervise, ObeysATombstoneWrittenJustBeforeGo) {
  SupervisedMember member;
  EXPECT_EQ(member.start_supervisor(), "L");
  member.send_request(shell("touch ran"));
  std::ofstream(member.folder() / "fate") << "cancelled\n";
  member.go();
  EXPECT_EQ(member.next_status(), "F");
  member.await_lock_free();
  EXPECT_EQ(member.read("fate"), "cancelled\n");
  EXPECT_FALSE(fs::exists(member.directory() / "ran"));
}

TEST(Supervise, ASecondOneOnAStartedFolderLeavesTheFirstAlone) {
  SupervisedMember member;
  member.run(shell("read -r line <gate; exit 6"));
  std::string holder = member.read("lock");
  EXPECT_EQ(member.start_supervisor(), "F");
  EXPECT_EQ(member.read("lock"), holder);
  member.open_gate();
  member.await_lock_free();
  EXPECT_EQ(member.exit_record()["code"], "6");
}

TEST(Supervise, KilledItselfLeavesAStartedFateAndNoExit) {
  SupervisedMember member;
  member.run(shell("echo up >signpost; exec sleep 1000 >signpost"));
  int signpost = member.open_signpost();
  EXPECT_EQ(read_line(signpost), "up");
  kill(member.supervisor_pid(), SIGKILL);
  member.await_lock_free();
  EXPECT_EQ(member.read("fate"), "started\n");
  EXPECT_FALSE(member.exists("exit"));
  EXPECT_EQ(read_to_end(signpost), "");  // without a cgroup the direct child dies with it
  close(signpost);
}

TEST(Supervise, KeepsTheFirstAndTheNewestSegmentsAtTheirOffsets) {
  SupervisedMember member;
  MemberRequest request = shell("seq -f %09.0f 0 9999");  // 10,000 lines of 10 bytes
  request.output_limit_bytes = 8 * 4096;
  member.run(request);
  member.await_lock_free();
  auto record = member.exit_record();
  EXPECT_EQ(record["output_bytes"], "100000");
  EXPECT_EQ(record["dropped_bytes"], "0");
  EXPECT_EQ(record["removed_bytes"], "69632");
  EXPECT_EQ(member.read("segment_bytes"), "4096\n");
  std::string all;
  for (int i = 0; i < 10000; ++i) {
    std::string number = std::to_string(i);
    all += std::string(9 - number.size(), '0') + number + "\n";
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(member.folder() / "output")) {
    names.push_back(entry.path().filename());
    std::size_t offset = std::stoul(names.back()) * 4096;
    EXPECT_EQ(member.read("output/" + names.back()), all.substr(offset, 4096)) << names.back();
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"00000000", "00000018", "00000019", "00000020",
                                             "00000021", "00000022", "00000023", "00000024"}));
}

TEST(Supervise, GivesTheJobNothingOfItsOwn) {
  SupervisedMember member;
  MemberRequest request = shell("ls /proc/self/fd | tr '\\n' ' '; pwd; env | sort; umask");
  request.environment = {"PATH=/usr/bin:/bin", "COLOUR=green"};
  member.run(request);
  member.await_lock_free();
  std::string printed = member.read("output/00000000");
  EXPECT_EQ(printed.substr(0, 8), "0 1 2 3 ");  // 3 is what ls reads the folder with
  EXPECT_NE(printed.find(member.directory().string() + "\nCOLOUR=green\nPATH="), std::string::npos)
      << printed;
}

// A member with a leaf in the version 1 hierarchy of one controller, whose limit stands in its parent.
class SuperviseLimit : public testing::Test {
 protected:
  void TearDown() override {
    if (!parent_) return;
    EXPECT_FALSE(fs::exists(*parent_ / "leaf")) << "the supervisor left a leaf behind";
    fs::remove(*parent_);
  }
  bool can_limit(const std::string& controller, const std::string& file, const std::string& value) {
    parent_ = make_cgroup_parent(controller);
    if (parent_) std::ofstream(*parent_ / file) << value;
    return parent_.has_value();
  }
  std::map<std::string, std::string> run(const std::string& script) {
    MemberRequest request = shell(script);
    request.limit_cgroups = {*parent_ / "leaf"};
    member_.run(request);
    member_.await_lock_free();
    return member_.exit_record();
  }

  std::optional<fs::path> parent_;
  SupervisedMember member_;
};

TEST_F(SuperviseLimit, RecordsWhatTheKernelEndedForWantOfMemory) {
  if (!can_limit("memory", "memory.limit_in_bytes", "33554432"))
    GTEST_SKIP() << "no version 1 hierarchy with memory can be written here";
  auto record = run("exec tail /dev/zero");  // tail keeps the last line, and this one has no end
  EXPECT_EQ(record["how"], "signaled");
  EXPECT_EQ(record["signal"], "9");
  EXPECT_EQ(record["oom_kills"], "1");
  EXPECT_EQ(record["memory_bytes"], "33554432");
  EXPECT_GT(std::stoll(record["memory_peak_bytes"]), 30'000'000);
  EXPECT_LE(std::stoll(record["memory_peak_bytes"]), 33'554'432);
}

TEST_F(SuperviseLimit, RecordsAKillThatTheJobBore) {
  if (!can_limit("memory", "memory.limit_in_bytes", "33554432"))
    GTEST_SKIP() << "no version 1 hierarchy with memory can be written here";
  auto record = run("tail /dev/zero; tail /dev/zero; exit 0");
  EXPECT_EQ(record["how"], "exited");
  EXPECT_EQ(record["code"], "0");
  EXPECT_EQ(record["oom_kills"], "2");
}

TEST_F(SuperviseLimit, RecordsHowOftenMoreProcessesWereRefused) {
  if (!can_limit("pids", "pids.max", "4"))
    GTEST_SKIP() << "no version 1 hierarchy with pids can be written here";
  auto record = run("sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000 & echo never");
  EXPECT_EQ(record["code"], "2");  // the shell gives up
  EXPECT_EQ(record["forks_refused"], "1");
  EXPECT_EQ(record["processes_max"], "4");
  EXPECT_NE(member_.read("output/00000000").find("fork"), std::string::npos);
}

TEST_F(SuperviseLimit, KnowsNoNumbersWhereNothingIsLimited) {
  if (!can_limit("memory", "memory.limit_in_bytes", "-1"))
    GTEST_SKIP() << "no version 1 hierarchy with memory can be written here";
  auto record = run("grep :memory: /proc/self/cgroup");
  EXPECT_NE(member_.read("output/00000000").find("/leaf\n"), std::string::npos);
  EXPECT_EQ(record["memory_bytes"], "0");
  EXPECT_EQ(record["oom_kills"], "0");
}

TEST(Supervise, LimitsOpenFilesCoresAndTheProcessesOfItsUser) {
  SupervisedMember member;
  MemberRequest request = shell("ulimit -n; ulimit -c; ulimit -Hc; ulimit -p; ulimit -Hp");
  request.processes_max = 777;
  member.run(request);
  member.await_lock_free();
  std::istringstream printed(member.read("output/00000000"));
  std::string files, cores, most_cores, processes, most_processes;
  printed >> files >> cores >> most_cores >> processes >> most_processes;
  rlimit here{};
  getrlimit(RLIMIT_NOFILE, &here);
  EXPECT_EQ(files, std::to_string(std::min<rlim_t>(here.rlim_max, 65536)));
  EXPECT_EQ(cores, "0");
  getrlimit(RLIMIT_CORE, &here);
  EXPECT_EQ(most_cores, here.rlim_max == RLIM_INFINITY ? "unlimited"
                                                       : std::to_string(here.rlim_max / 512));
  EXPECT_EQ(processes, "777");
  EXPECT_EQ(most_processes, "777");
}

TEST(Supervise, RunsNothingWithoutALimitThatWasAsked) {
  SupervisedMember member;
  const auto parent = make_cgroup_parent();
  MemberRequest request = shell("touch ran");
  if (parent) request.cgroup = *parent / "leaf";
  request.limit_cgroups = {"/proc/berth-supervise-test"};
  member.run(request);
  member.await_lock_free();
  auto record = member.exit_record();
  EXPECT_EQ(record["how"], "exec_failed");
  EXPECT_EQ(record["message"],
            "cannot make cgroup /proc/berth-supervise-test: No such file or directory");
  EXPECT_FALSE(fs::exists(member.directory() / "ran"));
  if (parent) {
    EXPECT_TRUE(fs::remove(*parent)) << "a leaf stays";
  }
}

TEST(Supervise, RefusesWhatItCannotDoInWords) {
  struct Row {
    const char* name;
    std::string payload;
    const char* answer;
  };
  const Row rows[] = {
      {"no argv", std::string("directory=/\0", 12), "X request: no argv"},
      {"no directory", std::string("argv=true\0", 10), "X request: no directory"},
      {"unknown record", std::string("argv=true\0memory=5\0", 19),
       "X request: unknown record memory=5; this supervisor speaks version 1"},
      {"a relative limit", std::string("argv=true\0limit_cgroup=a\0", 25),
       "X request: limit_cgroup is no absolute path: a"},
      {"no number", std::string("grace_ms=soon\0", 14), "X request: grace_ms is no number: soon"},
      {"unended", "argv=true", "X request: the last record has no end"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SupervisedMember member;
    ASSERT_EQ(member.start_supervisor(), "L");
    member.send_bytes(std::string(1, static_cast<char>(row.payload.size())) + std::string(7, '\0'));
    member.send_bytes(row.payload);
    EXPECT_EQ(member.next_status(), row.answer);
    member.await_lock_free();
    EXPECT_FALSE(member.exists("fate"));
  }
}

TEST(Supervise, RefusesARequestThatIsTooLong) {
  SupervisedMember member;
  ASSERT_EQ(member.start_supervisor(), "L");
  member.send_bytes(std::string("\1\0\0\1\0\0\0\0", 8));  // 16 MiB and one byte
  EXPECT_EQ(member.next_status(), "X a request of 16777217 bytes; 1 to 16777216 are taken");
}

TEST(Supervise, RefusesAFolderThatOthersMayEnter) {
  SupervisedMember member;
  fs::permissions(member.folder(), fs::perms{0755});
  EXPECT_EQ(member.start_supervisor().substr(0, 16), "X member folder ");
}

TEST(Supervise, RunsNothingInACgroupThatCannotBe) {
  SupervisedMember member;
  MemberRequest request = shell("touch ran");
  request.cgroup = "/proc/berth-supervise-test";
  member.run(request);
  member.await_lock_free();
  auto record = member.exit_record();
  EXPECT_EQ(record["how"], "exec_failed");
  EXPECT_EQ(record["message"],
            "cannot make cgroup /proc/berth-supervise-test: No such file or directory");
  EXPECT_FALSE(fs::exists(member.directory() / "ran"));
}

// ---- As root, for somebody else

constexpr unsigned kUser = 61234;  // nobody of this machine
constexpr unsigned kGroup = 61235;

class SuperviseForAUser : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can run jobs of others";
    member_.give_directory_to(kUser);
  }
  MemberRequest shell_of_user(const std::string& script) {
    MemberRequest request = shell(script);
    request.uid = kUser;
    request.gid = kGroup;
    request.groups = {61236, 61237};
    return request;
  }
  std::string output_of(const MemberRequest& request) {
    member_.run(request);
    member_.await_lock_free();
    return member_.read("output/00000000");
  }

  SupervisedMember member_;
};

TEST_F(SuperviseForAUser, RunsItWithTheRightsOfThatUserAndNoOthers) {
  const std::string printed = output_of(shell_of_user(
      "id -u; id -g; id -G; id -ru; grep -E '^(Cap|NoNewPrivs|Uid|Gid|Groups)' /proc/self/status"));
  EXPECT_EQ(printed.substr(0, printed.find("Uid")), "61234\n61235\n61235 61236 61237\n61234\n");
  EXPECT_NE(printed.find("Uid:\t61234\t61234\t61234\t61234\n"), std::string::npos) << printed;
  EXPECT_NE(printed.find("Gid:\t61235\t61235\t61235\t61235\n"), std::string::npos) << printed;
  EXPECT_NE(printed.find("Groups:\t61236 61237 \n"), std::string::npos) << printed;
  EXPECT_NE(printed.find("NoNewPrivs:\t1\n"), std::string::npos) << printed;
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    EXPECT_NE(printed.find(std::string(set) + ":\t0000000000000000\n"), std::string::npos)
        << set << "\n" << printed;
  }
}

TEST_F(SuperviseForAUser, LeavesRootsKeyringBehind) {
  const std::string roots = "/proc/keys";
  if (!fs::exists(roots)) GTEST_SKIP() << "this kernel has no keyrings";
  const std::string printed = output_of(shell_of_user("grep -c '_ses' /proc/keys; cat /proc/keys"));
  EXPECT_EQ(printed.find(" 0     0 keyring   _ses"), std::string::npos) << printed;
}

TEST_F(SuperviseForAUser, LetsItOpenItsOutputByName) {
  EXPECT_EQ(output_of(shell_of_user("echo one >/dev/stdout; echo two >/dev/stderr")),
            "one\ntwo\n");
}

// Each line of the script is an attack, and prints what came of it.
TEST_F(SuperviseForAUser, KeepsItsSupervisorOutOfItsReach) {
  const std::string folder = member_.folder();
  const std::string printed = output_of(shell_of_user(R"(
      attack() { name=$1; shift; if "$@" 2>/dev/null; then echo "$name DONE"; else echo "$name refused"; fi; }
      attack kill kill -KILL $PPID
      attack stop kill -STOP $PPID
      attack term kill -TERM $PPID
      attack root setpriv --reuid 0 true
      attack environ cat /proc/$PPID/environ
      attack mem dd if=/proc/$PPID/mem bs=1 count=1
      attack fd ls /proc/$PPID/fd
      attack cwd ls /proc/$PPID/cwd
      attack exe ls /proc/$PPID/exe/
      attack list ls )" + folder + R"(
      attack exit sh -c 'echo "how exited" > )" + folder + R"(/exit'
      attack fate cat )" + folder + R"(/fate
      attack output sh -c 'echo forged > )" + folder + R"(/output/00000000'
      attack control sh -c 'echo kill > )" + folder + R"(/control'
      attack rename mv )" + folder + " " + folder + R"(-gone
      attack device sh -c 'mknod device c 1 1'
      attack setuid sh -c 'cp /bin/true t && chown 0 t'
      echo end)"));
  std::istringstream lines(printed);
  int tried = 0;
  for (std::string line; std::getline(lines, line) && line != "end"; ++tried) {
    EXPECT_NE(line.find(" refused"), std::string::npos) << line;
  }
  EXPECT_EQ(tried, 17) << printed;
  EXPECT_EQ(member_.exit_record()["how"], "exited");
  std::cout << "tried " << tried << " attacks on a supervisor, refused " << tried << "\n";
}

TEST_F(SuperviseForAUser, LooksForFolderAndProgramWithThatUsersRights) {
  const fs::path hidden = member_.folder().parent_path() / "hidden";
  fs::create_directory(hidden);
  fs::permissions(hidden, fs::perms::owner_all);
  fs::copy_file("/bin/true", hidden / "program");
  MemberRequest request = shell_of_user("");
  request.arguments = {(hidden / "program").string()};
  member_.run(request);
  member_.await_lock_free();
  EXPECT_EQ(member_.exit_record()["message"],
            "cannot run " + (hidden / "program").string() + ": Permission denied");
}

TEST_F(SuperviseForAUser, EndsWithItsSupervisorWithoutACgroup) {
  member_.run(shell_of_user("echo up >signpost; exec sleep 1000 >signpost"));
  int signpost = member_.open_signpost();
  EXPECT_EQ(read_line(signpost), "up");
  kill(member_.supervisor_pid(), SIGKILL);
  EXPECT_EQ(read_to_end(signpost), "");
  close(signpost);
  member_.await_lock_free();
}

TEST_F(SuperviseForAUser, RunsNothingAsRootBecauseNobodySaidWhomToRunAs) {
  struct Row {
    const char* name;
    std::string payload;
    const char* answer;
  };
  const Row rows[] = {
      {"no uid", std::string("argv=true\0directory=/\0", 22),
       "X request: no uid; a supervisor of root must be told whose rights the job has"},
      {"uid alone", std::string("argv=true\0directory=/\0uid=7\0", 28),
       "X request: uid and gid come together"},
      {"a uid that changes nothing", std::string("uid=4294967295\0", 15),
       "X request: uid is no id: 4294967295"},
      {"a wrong group", std::string("group=x\0", 8), "X request: group is no number: x"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SupervisedMember member;
    ASSERT_EQ(member.start_supervisor(), "L");
    member.send_bytes(std::string(1, static_cast<char>(row.payload.size())) + std::string(7, '\0'));
    member.send_bytes(row.payload);
    EXPECT_EQ(member.next_status(), row.answer);
    member.await_lock_free();
    EXPECT_FALSE(member.exists("fate"));
  }
}

}  // namespace
}  // namespace berth
