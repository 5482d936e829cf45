#include "status/event_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace berth {
namespace {

TEST(WatchToken, ReadsWhatItWrote) {
  const auto token = parse_token(token_text({3, 42}));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->epoch, 3);
  EXPECT_EQ(token->sequence, 42);
}

TEST(WatchToken, IsNotMadeOfAnythingElse) {
  for (const char* text :
       {"", "1", "-", "1-", "-1", "1-x", "1--2", "1-2-3", " 1-2", "1-99999999999999999999"})
    EXPECT_FALSE(parse_token(text)) << text;
}

TEST(EventJson, SaysWhereInTheStreamItIs) {
  Event event;
  event.sequence = 7;
  event.job = "jabc";
  event.kind = "Ready";
  event.at_ms = 1'000;
  const Json json = event_json(event, 2);
  EXPECT_EQ(json["token"], "2-7");
  EXPECT_EQ(json["kind"], "Ready");
  EXPECT_EQ(json["time"], "1970-01-01T00:00:01.000Z");
}

TEST(EventJson, ShowsOthersWordsOfBerthAndOfPeopleAlone) {
  for (const char* kind : {"Scheduled", "KillRequested", "Held"}) {
    Event event{.job = "jabc", .kind = kind, .message = "words"};
    EXPECT_EQ(seen_with(event, Sight::kRow).message, "words") << kind;
  }
  for (const char* kind : {"Ended", "Progress", "Ready", "Released", "Finished", "RetryScheduled",
                           "SomethingNew"}) {
    Event event{.job = "jabc", .kind = kind, .reason = "AppFailed", .message = "words"};
    EXPECT_EQ(seen_with(event, Sight::kRow).message, "") << kind;
    EXPECT_EQ(seen_with(event, Sight::kRow).reason, "AppFailed") << kind;
    EXPECT_EQ(seen_with(event, Sight::kInside).message, "words") << kind;
  }
  EXPECT_EQ(seen_with({.kind = "ClusterDraining", .message = "words"}, Sight::kRow).message,
            "words");
}

TEST(JsonText, IsValidWhateverTheBytes) {
  Event event;
  event.message = "\xff\xfe";
  EXPECT_NE(json_text(event_json(event, 1)).find("\xEF\xBF\xBD"), std::string::npos);
}

}  // namespace
}  // namespace berth
