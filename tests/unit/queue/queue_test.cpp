#include "queue/queue.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace berth {
namespace {

Queue::Key a_class(std::string excluded = {}) {
  return {std::make_shared<const JobClass>(), std::move(excluded)};
}

// Takes jobs from the queue until none may be asked about.
std::vector<std::string> drain(Queue& queue) {
  std::vector<std::string> order;
  while (const auto id = queue.next()) {
    order.push_back(*id);
    queue.remove(*id);
  }
  return order;
}

using Order = std::vector<std::string>;

struct Waiting {
  std::string id;
  std::int64_t priority;
  std::int64_t submitted_ms;
};

struct OrderRow {
  std::string name;
  std::vector<Waiting> jobs;
  Order order;
};

class QueueOrder : public testing::TestWithParam<OrderRow> {};

TEST_P(QueueOrder, IsTheSameInOneClassAndInMany) {
  Queue one_class;
  Queue many_classes;
  const Queue::Key key = a_class();
  for (const Waiting& job : GetParam().jobs) {
    one_class.add(job.id, key, job.priority, job.submitted_ms);
    many_classes.add(job.id, a_class(), job.priority, job.submitted_ms);
  }
  EXPECT_EQ(drain(one_class), GetParam().order);
  EXPECT_EQ(drain(many_classes), GetParam().order);
}

INSTANTIATE_TEST_SUITE_P(
    Queue, QueueOrder,
    testing::Values(
        OrderRow{"PriorityBeforeAge", {{"old", 10, 1}, {"urgent", 90, 2}}, {"urgent", "old"}},
        OrderRow{"AgeWithinAPriority", {{"young", 10, 9}, {"old", 10, 1}}, {"old", "young"}},
        OrderRow{"IdBetweenEquals", {{"jb", 10, 1}, {"ja", 10, 1}}, {"ja", "jb"}},
        OrderRow{"NegativePrioritiesLast", {{"low", -5, 1}, {"none", 0, 2}}, {"none", "low"}}),
    [](const auto& info) { return info.param.name; });

TEST(Queue, HasNoNextWhenItIsEmpty) { EXPECT_EQ(Queue().next(), std::nullopt); }

TEST(Queue, KeepsAJobThatWasAskedAbout) {
  Queue queue;
  queue.add("j1", a_class(), 0, 1);
  EXPECT_EQ(queue.next(), "j1");
  EXPECT_EQ(queue.next(), "j1");
  EXPECT_EQ(queue.size(), 1u);
}

TEST(Queue, AddsAJobOnce) {
  Queue queue;
  const Queue::Key key = a_class();
  queue.add("j1", key, 0, 1);
  queue.add("j1", key, 99, 1);
  EXPECT_EQ(queue.size(), 1u);
  queue.remove("j1");
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(Queue, AsksARefusedClassOnceUntilItIsWoken) {
  Queue queue;
  const Queue::Key key = a_class();
  queue.add("j1", key, 0, 1);
  queue.add("j2", key, 0, 2);
  queue.refuse("j1", {"WaitingForCapacity", "full"});
  EXPECT_EQ(queue.next(), std::nullopt);
  queue.wake();
  EXPECT_EQ(queue.next(), "j1");
}

TEST(Queue, DoesNotAskAboutANewcomerOfARefusedClass) {
  Queue queue;
  const Queue::Key key = a_class();
  queue.add("j1", key, 0, 1);
  queue.refuse("j1", {"WaitingForCapacity", "full"});
  queue.add("j2", key, 90, 2);
  EXPECT_EQ(queue.next(), std::nullopt);
  ASSERT_NE(queue.refusal("j2"), nullptr);
  EXPECT_EQ(queue.refusal("j2")->message, "full");
  queue.wake();
  EXPECT_EQ(queue.next(), "j2");
}

TEST(Queue, LetsOtherClassesPassARefusedOne) {
  Queue queue;
  queue.add("large", a_class(), 90, 1);
  queue.add("small", a_class(), 10, 2);
  queue.refuse("large", {"WaitingForCapacity", "full"});
  EXPECT_EQ(queue.next(), "small");
}

TEST(Queue, TakesAJobWithExcludedPoolsForAClassOfItsOwn) {
  Queue queue;
  const Queue::Key key = a_class();
  queue.add("fresh", key, 0, 1);
  queue.add("failed", {key.wanted, "gpu-a"}, 0, 2);
  queue.refuse("fresh", {"WaitingForCapacity", "full"});
  EXPECT_EQ(queue.next(), "failed");
  EXPECT_EQ(queue.refusal("failed"), nullptr);
}

TEST(Queue, SaysWhetherARefusalIsNews) {
  Queue queue;
  queue.add("j1", a_class(), 0, 1);
  EXPECT_TRUE(queue.refuse("j1", {"WaitingForCapacity", "6 free"}));
  queue.wake();
  EXPECT_FALSE(queue.refuse("j1", {"WaitingForCapacity", "7 free"}));
  EXPECT_EQ(queue.refusal("j1")->message, "7 free");
  queue.wake();
  EXPECT_TRUE(queue.refuse("j1", {"ClusterOffline", "west is away"}));
}

TEST(Queue, RemembersARefusalWhileItIsAskedAgain) {
  Queue queue;
  queue.add("j1", a_class(), 0, 1);
  queue.refuse("j1", {"WaitingForCapacity", "full"});
  queue.wake();
  ASSERT_NE(queue.refusal("j1"), nullptr);
}

TEST(Queue, RemovesFromTheHeadTheMiddleAndARefusedClass) {
  Queue queue;
  const Queue::Key key = a_class();
  for (const std::string id : {"j1", "j2", "j3"}) queue.add(id, key, 0, 1);
  queue.remove("j2");
  queue.remove("j1");
  EXPECT_EQ(queue.next(), "j3");
  queue.refuse("j3", {"WaitingForCapacity", "full"});
  queue.remove("j3");
  EXPECT_EQ(queue.size(), 0u);
  queue.wake();
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(Queue, ForgetsARefusalWithTheLastJobOfItsClass) {
  Queue queue;
  const Queue::Key key = a_class();
  queue.add("j1", key, 0, 1);
  queue.refuse("j1", {"WaitingForCapacity", "full"});
  queue.remove("j1");
  queue.add("j2", key, 0, 2);
  EXPECT_EQ(queue.refusal("j2"), nullptr);
  EXPECT_EQ(queue.next(), "j2");
}

TEST(Queue, CountsItsJobsByTheReasonOfTheirClass) {
  Queue queue;
  const Queue::Key full = a_class(), also_full = a_class(), fresh = a_class();
  queue.add("j1", full, 0, 1);
  queue.add("j2", full, 0, 2);
  queue.add("j3", also_full, 0, 3);
  queue.add("j4", fresh, 0, 4);
  queue.refuse("j1", {"WaitingForCapacity", "full"});
  queue.refuse("j3", {"WaitingForCapacity", "fuller"});
  const std::map<std::string, std::size_t> expected{{"WaitingForCapacity", 3}, {"", 1}};
  EXPECT_EQ(queue.sizes_by_reason(), expected);
  queue.remove("j2");
  EXPECT_EQ(queue.sizes_by_reason().at("WaitingForCapacity"), 2u);
}

TEST(Queue, ShrugsAtStrangers) {
  Queue queue;
  queue.remove("nobody");
  EXPECT_FALSE(queue.refuse("nobody", {"WaitingForCapacity", ""}));
  EXPECT_EQ(queue.refusal("nobody"), nullptr);
  EXPECT_FALSE(queue.has("nobody"));
}

}  // namespace
}  // namespace berth
