#include "status/conditions.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

Event event(std::string kind, std::int64_t at_ms) {
  Event made;
  made.kind = std::move(kind);
  made.at_ms = at_ms;
  return made;
}

std::string text_of(const std::vector<Condition>& conditions) {
  std::string text;
  for (const Condition& condition : conditions)
    text += (condition.is_true ? "+" : "-") + condition.type + " ";
  return text;
}

std::string after(std::initializer_list<const char*> kinds) {
  std::vector<Event> events;
  std::int64_t at_ms = 0;
  for (const char* kind : kinds) events.push_back(event(kind, ++at_ms));
  return text_of(conditions_of(events));
}

TEST(Conditions, FollowAJobToItsEnd) {
  EXPECT_EQ(after({"Enqueued"}), "+Enqueued ");
  EXPECT_EQ(after({"Enqueued", "Scheduled", "Launching", "Launched", "Ready"}),
            "+Enqueued +Scheduled +Launched +Ready ");
  EXPECT_EQ(after({"Enqueued", "Scheduled", "Launched", "Ready", "Ended", "Released", "Finished"}),
            "+Enqueued +Scheduled +Launched -Ready +Released +Finished ");
}

TEST(Conditions, TakeBackWhatAnAttemptHadWhenTheJobIsPlacedAgain) {
  EXPECT_EQ(after({"Enqueued", "Scheduled", "Launched", "Released", "RetryScheduled"}),
            "+Enqueued -Scheduled -Launched +Released ");
  EXPECT_EQ(after({"Enqueued", "Scheduled", "Launched", "Released", "RetryScheduled", "Scheduled"}),
            "+Enqueued +Scheduled -Launched -Released ");
}

TEST(Conditions, SayNothingOfWhatNeverWas) {
  EXPECT_EQ(after({"Enqueued", "Ended"}), "+Enqueued ");
}

TEST(Conditions, ShowAHoldAndItsEnd) {
  EXPECT_EQ(after({"Held"}), "+Held ");
  EXPECT_EQ(after({"Held", "Resumed"}), "-Held ");
}

}  // namespace
}  // namespace berth
