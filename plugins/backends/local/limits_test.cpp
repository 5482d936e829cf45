#include "limits.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "cluster_cgroups.hpp"
#include "descriptor.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::vector<ControlFile>& files) {
  std::string text;
  for (const ControlFile& file : files) {
    text += (text.empty() ? "" : ", ") + file.name + '=' + file.text + (file.must_hold ? "" : "?");
  }
  return text;
}

TEST(Limits, AreToldInTheWordsOfEachVersion) {
  struct Row {
    Controller controller;
    int version;
    Limits limits;
    const char* files;
  };
  const Limits usual{.cpu_milli = 1500, .memory_bytes = 1 << 30, .processes_max = 512};
  const Limits weight{.cpu_milli = 1500, .cpu_is_capped = false};
  const Limits tiny{.cpu_milli = 1}, huge{.cpu_milli = 1'000'000'000}, none{};
  const Row rows[] = {
      {Controller::kCpu, 2, usual, "cpu.weight=150, cpu.max=150000 100000"},
      {Controller::kCpu, 2, weight, "cpu.weight=150"},
      {Controller::kCpu, 2, tiny, "cpu.weight=1, cpu.max=1000 100000"},
      {Controller::kCpu, 2, huge, "cpu.weight=10000, cpu.max=100000000000 100000"},
      {Controller::kCpu, 2, none, ""},
      {Controller::kCpu, 1, usual,
       "cpu.shares=1536, cpu.cfs_period_us=100000, cpu.cfs_quota_us=150000?"},
      {Controller::kCpu, 1, weight, "cpu.shares=1536"},
      {Controller::kCpu, 1, tiny,
       "cpu.shares=2, cpu.cfs_period_us=100000, cpu.cfs_quota_us=1000?"},
      {Controller::kCpu, 1, none, ""},
      {Controller::kMemory, 2, usual, "memory.max=1073741824, memory.swap.max=0?"},
      {Controller::kMemory, 1, usual,
       "memory.limit_in_bytes=1073741824, memory.memsw.limit_in_bytes=1073741824?"},
      {Controller::kMemory, 2, none, ""},
      {Controller::kPids, 2, usual, "pids.max=512"},
      {Controller::kPids, 1, usual, "pids.max=512"},
      {Controller::kPids, 1, none, ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(text_of(control_files(row.controller, row.version, row.limits)), row.files);
  }
}

// A folder with the files of a cgroup, made by nobody but us.
class ControlFiles : public testing::Test {
 protected:
  ControlFiles() {
    std::string name = (fs::temp_directory_path() / "berth-limits-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ControlFiles() override { fs::remove_all(folder_); }

  void put(const char* name) { std::ofstream(folder_ / name) << ""; }
  std::string read(const char* name) {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  fs::path folder_;
};

TEST_F(ControlFiles, AreWrittenWhereTheyAre) {
  put("memory.max");
  write_control_files(folder_, control_files(Controller::kMemory, 2, {.memory_bytes = 4096}));
  EXPECT_EQ(read("memory.max"), "4096");
  EXPECT_FALSE(fs::exists(folder_ / "memory.swap.max"));  // a kernel without swap accounting
}

TEST_F(ControlFiles, AreNotDroppedInSilenceWhenTheyMustHold) {
  try {
    write_control_files(folder_, control_files(Controller::kMemory, 2, {.memory_bytes = 4096}));
    FAIL() << "nothing was thrown";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("cannot write 4096 to "), std::string::npos);
  }
}

TEST_F(ControlFiles, LetCgroupsBeneathHaveWhatLimitsNeed) {
  std::ofstream(folder_ / "cgroup.controllers") << "cpuset cpu io memory hugetlb pids rdma\n";
  const fs::path control = folder_ / "cgroup.subtree_control";
  ASSERT_EQ(mkfifo(control.c_str(), 0600), 0);
  const Descriptor written(open(control.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  enable_controllers(folder_);
  char text[64] = {};
  ASSERT_GT(::read(written.number(), text, sizeof text - 1), 0);
  // One by one, so that one that is refused takes no other with it.
  EXPECT_STREQ(text, "+cpu+memory+pids");
}

constexpr char kHybrid[] =
    "25 20 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "26 25 0:23 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "27 25 0:24 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "28 25 0:25 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
    "29 25 0:26 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
    "30 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr char kHybridOwn[] =
    "4:pids:/system.slice/berthd.service\n3:memory:/system.slice/berthd.service\n"
    "2:cpu,cpuacct:/system.slice/berthd.service\n1:name=systemd:/system.slice/berthd.service\n"
    "0::/system.slice/berthd.service\n";
constexpr char kUnified[] =
    "30 25 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr char kUnifiedOwn[] = "0::/system.slice/berthd.service\n";
constexpr char kContainer[] =
    "30 25 0:27 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
constexpr char kContainerOwn[] = "0::/docker/abc/init\n";

TEST(CgroupMounts, AreFoundInMountinfo) {
  const auto mounts = parse_cgroup_mounts(kHybrid);
  ASSERT_EQ(mounts.size(), 5u);
  EXPECT_EQ(mounts[0].version, 1);
  EXPECT_EQ(mounts[0].controllers, (std::vector<std::string>{"rw", "cpu", "cpuacct"}));
  EXPECT_EQ(mounts[4].version, 2);
  EXPECT_EQ(mounts[4].path, "/sys/fs/cgroup/unified");
  EXPECT_TRUE(parse_cgroup_mounts("").empty());
  EXPECT_TRUE(parse_cgroup_mounts("no mountinfo\nat all - x\n").empty());
}

TEST(CgroupMounts, SayWhereWeAreAndWhatIsAbove) {
  struct Row {
    CgroupMount mount;
    const char* own;
    std::vector<fs::path> places;
  };
  const auto hybrid = parse_cgroup_mounts(kHybrid);
  const auto container = parse_cgroup_mounts(kContainer);
  const Row rows[] = {
      {hybrid[1], kHybridOwn,
       {"/sys/fs/cgroup/memory/system.slice/berth-jobs.service",
        "/sys/fs/cgroup/memory/system.slice/berthd.service", "/sys/fs/cgroup/memory/system.slice",
        "/sys/fs/cgroup/memory"}},
      {hybrid[0], kHybridOwn,
       {"/sys/fs/cgroup/cpu,cpuacct/system.slice/berth-jobs.service",
        "/sys/fs/cgroup/cpu,cpuacct/system.slice/berthd.service",
        "/sys/fs/cgroup/cpu,cpuacct/system.slice", "/sys/fs/cgroup/cpu,cpuacct"}},
      {hybrid[4], "0::/\n", {"/sys/fs/cgroup/unified"}},
      {hybrid[4], "", {"/sys/fs/cgroup/unified"}},
      {container[0], kContainerOwn, {"/sys/fs/cgroup/berth-jobs.service", "/sys/fs/cgroup/init", "/sys/fs/cgroup"}},
  };
  for (const Row& row : rows) EXPECT_EQ(places_in(row.mount, row.own), row.places);
}

const std::set<Controller> kNone, kAll{Controller::kCpu, Controller::kMemory, Controller::kPids};

// A machine on which cgroups can be made in some places, with some controllers.
TryPlace a_machine(std::map<fs::path, std::set<Controller>> places) {
  return [places](const fs::path& place, int) {
    const auto found = places.find(place);
    return found == places.end() ? PlaceReport{} : PlaceReport{true, found->second};
  };
}

std::string text_of(const ClusterCgroups& chosen) {
  std::string text = chosen.tree.empty() ? "no tree" : chosen.tree.string();
  for (const auto& [controller, place] : chosen.limits) {
    text += std::string("; ") + std::string(controller_name(controller)) + " v" +
            std::to_string(place.version) + ' ' + place.cgroup.string();
  }
  return text;
}

TEST(ClusterCgroups, AreNearToOursButRatherWhereAllLimitsHold) {
  const fs::path top = "/sys/fs/cgroup", service = top / "system.slice/berthd.service",
                 slice = top / "system.slice", jobs = slice / "berth-jobs.service";
  struct Row {
    const char* name;
    const char* mounts;
    const char* own;
    TryPlace machine;
    std::string chosen;
  };
  const Row rows[] = {
      {"version 2, delegated and empty", kUnified, kUnifiedOwn,
       a_machine({{service, kAll}, {slice, kAll}, {top, kAll}}),
       service.string() + "; cpu v2 " + service.string() + "; memory v2 " + service.string() +
           "; pids v2 " + service.string()},
      {"version 2, with a unit for jobs", kUnified, kUnifiedOwn,
       a_machine({{jobs, kAll}, {service, kNone}, {slice, kAll}, {top, kAll}}),
       jobs.string() + "; cpu v2 " + jobs.string() + "; memory v2 " + jobs.string() +
           "; pids v2 " + jobs.string()},
      {"version 2, where we sit ourselves nobody else can be limited", kUnified, kUnifiedOwn,
       a_machine({{service, kNone}, {slice, {Controller::kMemory, Controller::kPids}}, {top, kAll}}),
       "/sys/fs/cgroup; cpu v2 /sys/fs/cgroup; memory v2 /sys/fs/cgroup; pids v2 /sys/fs/cgroup"},
      {"version 2, and nothing can be limited anywhere", kUnified, kUnifiedOwn,
       a_machine({{service, kNone}, {slice, kNone}}), service.string()},
      {"version 2, not ours to write", kUnified, kUnifiedOwn, a_machine({}), "no tree"},
      {"a container with a part of version 2", kContainer, kContainerOwn,
       a_machine({{top, {Controller::kMemory}}}), "/sys/fs/cgroup; memory v2 /sys/fs/cgroup"},
      {"both versions", kHybrid, kHybridOwn,
       a_machine({{top / "unified/system.slice/berthd.service", kNone},
                  {top / "memory/system.slice/berthd.service", {Controller::kMemory}},
                  {top / "memory", {Controller::kMemory}},
                  {top / "pids", {Controller::kPids}},
                  {top / "cpu,cpuacct/system.slice", {Controller::kCpu}}}),
       "/sys/fs/cgroup/unified/system.slice/berthd.service; "
       "cpu v1 /sys/fs/cgroup/cpu,cpuacct/system.slice; "
       "memory v1 /sys/fs/cgroup/memory/system.slice/berthd.service; "
       "pids v1 /sys/fs/cgroup/pids"},
      {"no cgroups at all", "", "", a_machine({}), "no tree"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(text_of(choose_parents(parse_cgroup_mounts(row.mounts), row.own, row.machine)),
              row.chosen)
        << row.name;
  }
}

TEST(ClusterCgroups, SayWhatCannotBePromised) {
  ClusterCgroups cgroups{.tree = "/a"};
  for (const Controller controller : kControllers) cgroups.limits[controller] = {2, "/a"};
  EXPECT_EQ(cgroups.warnings(), std::vector<std::string>{});
  cgroups.limits.erase(Controller::kMemory);
  EXPECT_EQ(cgroups.warnings(),
            std::vector<std::string>{"memory limits are not enforced: no cgroup with the controller "
                                     "\"memory\" can be made here"});
  EXPECT_EQ(find_parents("off").warnings(),
            (std::vector<std::string>{
                "a job whose supervisor is killed may leave processes behind: cgroup_root is off",
                "CPU limits are not enforced: cgroup_root is off",
                "memory limits are not enforced: cgroup_root is off",
                "limits of processes hold for each user instead of each job, and not for root: "
                "cgroup_root is off"}));
}

TEST(ClusterCgroups, NamesEachHierarchyOnce) {
  const ClusterCgroups cgroups{.tree = "/tree",
                               .limits = {{Controller::kCpu, {1, "/cpu"}},
                                          {Controller::kMemory, {2, "/tree"}},
                                          {Controller::kPids, {1, "/cpu"}}}};
  EXPECT_EQ(cgroups.all(), (std::vector<fs::path>{"/tree", "/cpu"}));
  EXPECT_EQ(cgroups.besides_tree(), std::vector<fs::path>{"/cpu"});
}

}  // namespace
}  // namespace berth
