// Limits that hold, with real processes in real cgroups of whichever version this machine has.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <sstream>

#include "local_harness.hpp"
#include "small_file.hpp"

namespace berth {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::int64_t kMebibyte = 1 << 20;

bool can_limit(Controller controller) {
  const ClusterCgroups parents = find_parents("auto");
  return !parents.tree.empty() && parents.limits.contains(controller);
}

json a_member_with(const std::string& role, const std::string& script, json amounts) {
  json member = a_member(role, script);
  member.update(amounts);
  return member;
}

json member_of(const json& status, std::size_t number) { return status["members"][number]; }

void expect_launched(const Answer& answer) {
  EXPECT_EQ(answer.status, BERTH_CALL_OK) << answer.body;
}

TEST(LocalLimits, EndAMemberThatUsesMoreMemoryThanItHas) {
  if (!can_limit(Controller::kMemory)) GTEST_SKIP() << "memory cannot be limited here";
  LocalHarness local;
  expect_launched(local.launch(a_workload(
      {a_member_with("main", "exec tail /dev/zero", {{"memory_bytes", 48 * kMebibyte}})})));
  const json member = local.await_end();
  EXPECT_EQ(member["signal"], 9) << member;
  EXPECT_EQ(member["oom_kills"], 1);
  EXPECT_EQ(member["memory_bytes"], 48 * kMebibyte);
  EXPECT_GT(member["memory_peak_bytes"], 40 * kMebibyte);
}

// Either would fit alone.
TEST(LocalLimits, AreSharedByThoseWhoLiveBesideEachOther) {
  if (!can_limit(Controller::kMemory)) GTEST_SKIP() << "memory cannot be limited here";
  LocalHarness local;
  const std::string hold = R"(exec /usr/bin/python3 -c '
import time
held = b"x" * (40 << 20)
time.sleep(1000)')";
  json guest = a_member("guest", hold);
  guest["beside"] = "host-0";
  expect_launched(local.launch(a_workload(
      {a_member_with("host", hold, {{"memory_bytes", 64 * kMebibyte}}), guest})));
  json killed;
  local.await_status([&](const json& status) {
    for (const json& member : status["members"]) {
      if (member.value("oom_kills", 0) > 0) killed = member;
    }
    return !killed.is_null();
  });
  EXPECT_EQ(killed["memory_bytes"], 64 * kMebibyte);
}

TEST(LocalLimits, ShowWhatARunningMemberMetWhenAnotherFails) {
  if (!can_limit(Controller::kMemory)) GTEST_SKIP() << "memory cannot be limited here";
  LocalHarness local;
  expect_launched(local.launch(a_workload(
      {a_member("main", "while [ ! -e short ]; do sleep 0.01; done; exit 1"),
       a_member_with("other", "tail /dev/zero; touch short; exec sleep 1000",
                     {{"memory_bytes", 48 * kMebibyte}})})));
  const json status = local.await_status([](const json& status) {
    return member_of(status, 0)["state"] == "ended" && member_of(status, 1).contains("oom_kills");
  });
  EXPECT_EQ(member_of(status, 1)["state"], "running");
  EXPECT_EQ(member_of(status, 1)["oom_kills"], 1);
}

// The kernel counts the periods in which somebody had used up his share; nothing is timed here.
TEST(LocalLimits, HoldAMemberToItsCpu) {
  if (!can_limit(Controller::kCpu)) GTEST_SKIP() << "CPU cannot be limited here";
  LocalHarness local;
  expect_launched(local.launch(
      a_workload({a_member_with("main", "while :; do :; done", {{"cpu_milli", 200}})})));
  for (bool was_throttled = false; !was_throttled; sched_yield()) {
    for (const fs::path& cgroup : local.cgroups()) {
      const auto stat = read_small_file(cgroup / "cpu.stat").value_or("");
      const std::size_t at = stat.find("nr_throttled ");
      if (at != std::string::npos && std::stoll(stat.substr(at + 13)) > 0) was_throttled = true;
    }
  }
}

TEST(LocalLimits, MayBeOfWeightAlone) {
  if (!can_limit(Controller::kCpu)) GTEST_SKIP() << "CPU cannot be limited here";
  LocalHarness local([](LocalBackend& backend) { set_option(backend, "cpu_cap", false); });
  expect_launched(local.launch(
      a_workload({a_member_with("main", "exec sleep 1000", {{"cpu_milli", 200}})})));
  int found = 0;
  for (const fs::path& room : local.cgroups()) {
    if (const auto quota = read_small_file(room / "cpu.cfs_quota_us")) {
      EXPECT_EQ(*quota, "-1\n");
      EXPECT_EQ(*read_small_file(room / "cpu.shares"), "204\n");
      ++found;
    }
    if (const auto quota = read_small_file(room / "cpu.max")) {
      EXPECT_EQ(quota->substr(0, 3), "max");
      EXPECT_EQ(*read_small_file(room / "cpu.weight"), "20\n");
      ++found;
    }
  }
  EXPECT_EQ(found, 1);
}

// A job of several members weighs as much as all of them, and each is held by itself.
TEST(LocalLimits, AreOfEachMemberWhereThereAreSeveral) {
  if (!can_limit(Controller::kPids)) GTEST_SKIP() << "processes cannot be limited here";
  LocalHarness local(
      [](LocalBackend& backend) { set_option(backend, "processes_max", std::int64_t{20}); });
  expect_launched(local.launch(
      a_workload({a_member("main", "exec sleep 1000"), a_member("other", "exec sleep 1000")})));
  std::vector<std::string> limits;
  for (const fs::path& cgroup : local.cgroups()) {
    for (const char* place : {"", "main-0", "other-0"}) {
      if (const auto limit = read_small_file(cgroup / place / "pids.max")) limits.push_back(*limit);
    }
  }
  EXPECT_EQ(limits, (std::vector<std::string>{"max\n", "20\n", "20\n"}));
}

TEST(LocalLimits, HoldAForkBomb) {
  if (!can_limit(Controller::kPids)) GTEST_SKIP() << "processes cannot be limited here";
  LocalHarness local(
      [](LocalBackend& backend) { set_option(backend, "processes_max", std::int64_t{20}); });
  // Each of them starts two more until one of them is refused; none would end by itself.
  expect_launched(local.launch(a_workload({a_member("main", R"(
      echo 'sh ./bomb & sh ./bomb & wait' > bomb
      sh ./bomb
      exec sleep 1000)")})));
  std::int64_t most = 0;
  for (bool was_refused = false; !was_refused; sched_yield()) {
    for (const fs::path& room : local.cgroups()) {
      const auto now = read_small_file(room / "pids.current").value_or("0");
      most = std::max<std::int64_t>(most, std::stoll(now));
      for (const fs::path& place : {room, room / "main-0"}) {
        const auto events = read_small_file(place / "pids.events").value_or("");
        if (events.starts_with("max ") && events != "max 0\n") was_refused = true;
      }
    }
  }
  EXPECT_LE(most, 20);
  EXPECT_EQ(local.release().status, BERTH_CALL_OK);
  EXPECT_EQ(local.cgroups(), std::vector<fs::path>{});
}

TEST(LocalLimits, EndAJobWhoseFolderGrowsTooLarge) {
  LocalHarness local([](LocalBackend& backend) {
    set_option(backend, "disk_limit", berth::bytes(8 * kMebibyte));
    set_option(backend, "disk_rest", std::chrono::milliseconds(10));
  });
  expect_launched(local.launch(
      a_workload({a_member("main", "head -c 20000000 /dev/zero > large; exec sleep 1000"),
                  a_member("other", "exec sleep 1000")})));
  const json status = local.await_status([](const json& status) {
    return member_of(status, 0)["state"] == "ended" && member_of(status, 1)["state"] == "ended";
  });
  for (const json& member : status["members"]) {
    EXPECT_EQ(member["how"], "evicted");
    EXPECT_EQ(member["message"],
              "its folder takes more than 8Mi on disk, which is what a job may have (disk_limit)");
  }
  // Also for a daemon that was not there when it happened.
  local.stop_backend();
  local.start_backend();
  EXPECT_EQ(member_of(local.adopt().body["status"], 1)["how"], "evicted");
  EXPECT_EQ(local.release().status, BERTH_CALL_OK);
}

TEST(LocalLimits, KeepTheOutputOfALoudMemberShortAndSaySo) {
  LocalHarness local([](LocalBackend& backend) {
    set_option(backend, "output_limit", berth::bytes(64 << 10));
  });
  expect_launched(local.launch(a_workload({a_member("main", "head -c 1000000 /dev/zero")})));
  const json member = local.await_end();
  EXPECT_EQ(member["output_bytes"], 1'000'000);
  EXPECT_GE(member["output_removed_bytes"], 1'000'000 - (64 << 10));
  std::uintmax_t kept = 0;
  for (const auto& entry :
       fs::directory_iterator(local.attempt_folder() / "members" / "main-0" / "output")) {
    kept += entry.file_size();
  }
  EXPECT_LE(kept, 64u << 10);
}

TEST(LocalLimits, LeaveNothingBehindInAnyHierarchy) {
  if (find_parents("auto").tree.empty()) GTEST_SKIP() << "there are no cgroups here";
  LocalHarness local;
  const json workload = a_workload({a_member_with("main", "exec sleep 1000",
                                                  {{"memory_bytes", 64 * kMebibyte},
                                                   {"cpu_milli", 1000}}),
                                    a_member("other", "exec sleep 1000")});
  expect_launched(local.launch(workload));
  EXPECT_FALSE(local.cgroups().empty());
  EXPECT_EQ(local.release().status, BERTH_CALL_OK);
  EXPECT_EQ(local.cgroups(), std::vector<fs::path>{});
  // Its supervisor cannot tidy up any more.
  expect_launched(local.launch(workload, "j2"));
  kill(local.supervisor_pid("main-0", "j2-a1"), SIGKILL);
  local.await_end("j2");
  EXPECT_FALSE(local.cgroups("j2-a1").empty());
  EXPECT_EQ(local.release("j2").status, BERTH_CALL_OK);
  EXPECT_EQ(local.cgroups("j2-a1"), std::vector<fs::path>{});
}

TEST(LocalLimits, LeaveNothingWhenAReleaseWasCutShort) {
  if (find_parents("auto").tree.empty()) GTEST_SKIP() << "there are no cgroups here";
  LocalHarness local;
  expect_launched(local.launch(a_workload({a_member("main", "true")})));
  local.await_end();
  const std::vector<fs::path> ours = local.cgroups();
  ASSERT_FALSE(ours.empty());
  local.stop_backend();
  for (const fs::path& cgroup : ours) fs::create_directories(cgroup.parent_path() / "j9-a1/main-0");
  local.start_backend();
  EXPECT_EQ(local.cgroups("j9-a1"), std::vector<fs::path>{});
  EXPECT_EQ(local.cgroups(), ours);  // that one is still held
  EXPECT_EQ(local.release().status, BERTH_CALL_OK);
}

TEST(LocalLimits, AreToldToBeMissingWhereThereAreNoCgroups) {
  LocalHarness local([](LocalBackend& backend) {
    set_option(backend, "cgroup_root", std::string("off"));
  });
  local.stop_backend();
  const json started = local.start_backend();
  EXPECT_EQ(started["warnings"].size(), 4u) << started;
  EXPECT_EQ(started["warnings"][2], "memory limits are not enforced: cgroup_root is off");
  // It works all the same, with a limit for the whole user in place of the job's.
  expect_launched(local.launch(a_workload(
      {a_member_with("main", "ulimit -p", {{"memory_bytes", kMebibyte}, {"cpu_milli", 1}})})));
  EXPECT_EQ(local.await_end()["code"], 0);
  EXPECT_EQ(local.whole_log(), "4096\n");
}

}  // namespace
}  // namespace berth
