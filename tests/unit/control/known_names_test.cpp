#include "control/known_names.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

Site a_site() {
  Site site;
  ClusterSetting west;
  west.name = "west";
  west.region = "us-west";
  site.clusters = {west};
  PoolSetting pool;
  pool.name = "gpu-a";
  pool.cluster = "west";
  site.pools = {pool};
  return site;
}

PoolView a_pool(std::string cluster, std::string name, std::string sku) {
  PoolView pool;
  pool.cluster = std::move(cluster);
  pool.name = std::move(name);
  ShapeView shape;
  shape.sku = std::move(sku);
  pool.shapes = {shape};
  return pool;
}

const std::vector<PoolView> kPools{a_pool("west", "gpu-a", "H100"), a_pool("east", "gpu-b", "H100"),
                                   a_pool("east", "old", "V100")};

JobClass wanting(std::vector<std::string> skus) {
  JobClass wanted;
  wanted.groups = {{"gpu", 1, 1000, 1, 1000, std::move(skus), {}}};
  return wanted;
}

TEST(KnownNames, OfferTheNearestSkuAndSayWhereItIs) {
  const auto checked = check_known_names(
      wanting({"H1000"}), R"({"ray":{"workers":[{"sku":"H1000"}]}})", a_site(), kPools);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "NoMatchingPool");
  const Problem problem = checked.error().details[0];
  EXPECT_EQ(problem.path, "ray.workers[0].sku");
  EXPECT_EQ(problem.message, "no pool has \"H1000\"");
  EXPECT_EQ(problem.hint, "nearest: \"H100\" (west/gpu-a, east/gpu-b)");
}

TEST(KnownNames, AreContentWithOneSkuOfSeveral) {
  EXPECT_TRUE(check_known_names(wanting({"H1000", "V100"}), "{}", a_site(), kPools));
  EXPECT_FALSE(check_known_names(wanting({"H1000", "V1000"}), "{}", a_site(), kPools));
  EXPECT_FALSE(check_known_names(wanting({"H1000"}), "{}", a_site(), kPools));
}

TEST(KnownNames, DoNotJudgeSkusBeforeEveryClusterHasSpoken) {
  EXPECT_TRUE(check_known_names(wanting({"H1000"}), "{}", a_site(), {}));
}

TEST(KnownNames, KnowPlacesByTheSite) {
  JobClass wanted;
  wanted.cluster = "wst";
  wanted.pool = "gpu-b";
  wanted.regions = {"us-west", "us-east"};
  const auto checked = check_known_names(wanted, "{}", a_site(), {});
  ASSERT_FALSE(checked);
  ASSERT_EQ(checked.error().details.size(), 3u);
  EXPECT_EQ(checked.error().details[0].hint, "west");
  EXPECT_EQ(checked.error().details[1].path, "pool");
  EXPECT_EQ(checked.error().details[2].path, "requires.region");
}

TEST(PathOfText, FindsAnItemOfAList) {
  EXPECT_EQ(path_of_text(R"({"name":"X","a":{"sku":["Y","X"]}})", "sku", "X"), "a.sku[1]");
  EXPECT_EQ(path_of_text(R"({"name":"X"})", "sku", "X"), "");
  EXPECT_EQ(path_of_text("no json", "sku", "X"), "");
}

}  // namespace
}  // namespace berth
