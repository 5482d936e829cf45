#include <gtest/gtest.h>

#include <berth/testing.hpp>

namespace berth::testing {
namespace {

const Amounts kNode = {.cpu = 64, .memory_gib = 512, .gpu = 8};

PoolBuilder h100s(std::uint32_t nodes, std::optional<std::vector<Free>> rooms = {}) {
  return a_pool("gpu-a").with_nodes("H100", nodes, kNode, std::move(rooms));
}
JobBuilder workers(std::int64_t count, Amounts each, std::vector<std::string> skus = {}) {
  return a_job().with_group("worker", count, std::move(each), std::move(skus));
}

TEST(NodeFit, FindsEveryMemberAPlaceOnOneNode) {
  const struct {
    const char* name;
    JobBuilder job;
    PoolBuilder pool;
    const char* answer;
  } rows[] = {
      {"one on an empty node", workers(1, {.cpu = 8, .gpu = 8}), h100s(1), "fits"},
      {"two share a node", workers(2, {.gpu = 4}), h100s(1), "fits"},
      {"no GPUs needed", workers(100, {.cpu = 1}), h100s(2), "fits"},
      {"nothing needed", workers(1000, {}), h100s(1), "fits"},
      {"eight free GPUs on eight nodes", workers(1, {.gpu = 8}),
       h100s(8, {{{8, {.cpu = 64, .memory_gib = 512, .gpu = 1}}}}),
       "not now NoNodeFree: needs 8 gpu on one node, most free on one node is 1"},
      {"places for some of them", workers(4, {.gpu = 4}),
       h100s(2, {{{1, {.cpu = 9, .gpu = 8}}, {1, {.cpu = 9, .gpu = 4}}}}),
       "not now NoRoomOnNodes: free nodes have places for 3 of 4 workers"},
      {"GPUs free but no CPUs beside them", workers(1, {.cpu = 8, .gpu = 8}),
       h100s(1, {{{1, {.cpu = 4, .gpu = 8}}}}),
       "not now NoRoomOnNodes: free nodes have places for 0 of 1 workers"},
      {"all of it busy", workers(1, {.gpu = 1}), h100s(2, {std::vector<Free>{}}),
       "not now NoNodeFree: needs 1 gpu on one node, most free on one node is 0"},
      {"a pool of totals alone", workers(1, {.gpu = 8}), a_pool("quota").with_capacity(kNode),
       "fits"},
  };
  Plugin filter(berth_module_v1(), "node_fit");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(row.job, row.pool), row.answer);
  }
}

TEST(NodeFit, RefusesForGoodWhatEmptyNodesCouldNotHold) {
  const PoolBuilder twin = h100s(1).with_nodes("", 1, {.cpu = 128, .memory_gib = 64});
  const struct {
    const char* name;
    JobBuilder job;
    PoolBuilder pool;
    const char* answer;
  } rows[] = {
      {"more GPUs than a node has", workers(1, {.gpu = 8}),
       a_pool("p").with_nodes("T4", 9, {.cpu = 16, .gpu = 4}),
       "never NodeGpuTooSmall: needs 8 gpu on one node, largest node has 4"},
      {"more CPUs", workers(1, {.cpu = 65}), h100s(4),
       "never NodeCpuTooSmall: needs 65 cpu on one node, largest node has 64"},
      {"more memory", workers(1, {.memory_gib = 513}), h100s(4),
       "never NodeMemoryTooSmall: needs 513Gi of memory on one node, largest node has 512Gi"},
      {"no node has both", workers(1, {.cpu = 128, .memory_gib = 512}), twin,
       "never NoNodeHasAll: no node has the cpu, memory and gpu of one worker together"},
      {"more members than places", workers(5, {.gpu = 4}), h100s(2),
       "never TooFewNodes: needs places for 5 workers, nodes have 4 when all are free"},
      {"nodes of another model", workers(1, {.gpu = 1}, {"A100"}), h100s(2),
       "never NoSuchNode: has no node that a worker which needs 1 gpu may use"},
  };
  Plugin filter(berth_module_v1(), "node_fit");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter.check(row.job, row.pool), row.answer);
  }
}

TEST(NodeFit, PacksTheWholeGangTogether) {
  Plugin filter(berth_module_v1(), "node_fit");
  const PoolBuilder pool = h100s(2).with_nodes("", 1, {.cpu = 16, .memory_gib = 64});
  const JobBuilder gang = workers(2, {.cpu = 64, .memory_gib = 1, .gpu = 8});
  EXPECT_EQ(filter.check(gang.with_group("head", 1, {.cpu = 16}), pool), "fits");
  EXPECT_EQ(filter.check(gang.with_group("head", 1, {.cpu = 17}), pool),
            "not now NoRoomOnNodes: free nodes have places for 0 of 1 workers");
}

TEST(NodeFit, PlacesTheLargestFirstWhateverTheirOrder) {
  Plugin filter(berth_module_v1(), "node_fit");
  const JobBuilder small_first =
      a_job().with_group("small", 8, {.gpu = 1}).with_group("big", 1, {.gpu = 8});
  EXPECT_EQ(filter.check(small_first, h100s(2)), "fits");
}

TEST(NodeFit, UsesTheRestOfANodeThatTheGangItselfBegan) {
  Plugin filter(berth_module_v1(), "node_fit");
  const JobBuilder gang =
      a_job().with_group("big", 2, {.gpu = 5}).with_group("small", 2, {.gpu = 3});
  EXPECT_EQ(filter.check(gang, h100s(2)), "fits");
}

TEST(NodeFit, PutsMembersOnlyOnNodesOfTheirModel) {
  Plugin filter(berth_module_v1(), "node_fit", {{"special", "H100"}});
  const PoolBuilder pool = h100s(1).with_nodes("T4", 1, {.cpu = 16, .gpu = 1});
  EXPECT_EQ(filter.check(workers(1, {.gpu = 1}), pool), "fits");
  EXPECT_EQ(filter.check(workers(2, {.gpu = 1}), pool),
            "never TooFewNodes: needs places for 2 workers, nodes have 1 when all are free");
  EXPECT_EQ(filter.check(workers(2, {.gpu = 1}, {"H100"}), pool), "fits");
}

}  // namespace
}  // namespace berth::testing
