#include "object_watch.hpp"

#include <gtest/gtest.h>

#include "back_off.hpp"
#include "client_scene.hpp"
#include "token_bucket.hpp"

namespace berth {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

std::string event(const std::string& type, const std::string& name, int version) {
  return json{{"type", type},
              {"object",
               {{"kind", "Pod"},
                {"metadata", {{"name", name}, {"resourceVersion", std::to_string(version)}}}}}}
             .dump() +
         '\n';
}

std::string list(const std::vector<std::string>& names, int version, const std::string& next = "") {
  json page = {{"kind", "PodList"},
               {"apiVersion", "v1"},
               {"metadata", {{"resourceVersion", std::to_string(version)}}},
               {"items", json::array()}};
  if (!next.empty()) page["metadata"]["continue"] = next;
  for (const std::string& name : names) {
    page["items"].push_back({{"metadata", {{"name", name}, {"managedFields", {1, 2}}}}});
  }
  return page.dump();
}

// What a server says to each request, in turn; afterwards it says nothing.
using Step = std::function<void(ServerPeer&)>;

Step says(int status, const std::string& body) {
  return [=](ServerPeer& peer) { peer.reply(status, body); };
}

// Events of a watch; then it is ended orderly, cut, or left open.
enum class Then { kEnd, kCut, kStay };
Step tells(const std::vector<std::string>& lines, Then then = Then::kEnd) {
  return [=](ServerPeer& peer) {
    peer.begin_stream();
    for (const std::string& line : lines) peer.chunk(line);
    if (then == Then::kEnd) peer.chunk("");
    if (then == Then::kCut) peer.close();
    if (then == Then::kStay) peer.wait_for_close();
  };
}

// A watch of pods at a server that takes these steps, until the steps are over.
class Watched {
 public:
  explicit Watched(std::vector<Step> steps, WatchOptions options = {})
      : count_(steps.size()),
        scene_([steps = std::move(steps)](const SeenRequest& request, ServerPeer& peer) {
          const auto number = static_cast<std::size_t>(request.number);
          number <= steps.size() ? steps[number - 1](peer) : peer.wait_for_close();
        }) {
    options.random = [] { return 0.0; };
    watch_ = std::make_unique<ObjectWatch>(scene_.io, scene_.client(), "/api/v1/pods", listener(),
                                           std::move(options));
    watch_->start();
    scene_.run_until([&] { return !watch_ || scene_.server.seen().size() > count_; });
  }

  const std::string& heard() const { return heard_; }

  // "list" or "watch VERSION" of each request, with what else is asked.
  std::string asked() const {
    std::string text;
    for (const SeenRequest& request : scene_.server.seen()) {
      if (!text.empty()) text += ", ";
      const std::size_t version = request.path.find("resourceVersion=");
      const std::size_t next = request.path.find("continue=");
      text += request.path.find("watch=1") == std::string::npos ? "list" : "watch";
      if (version != std::string::npos) {
        text +=
            ' ' + request.path.substr(version + 16, request.path.find('&', version) - version - 16);
      }
      if (next != std::string::npos) text += ' ' + request.path.substr(next + 9);
    }
    return text;
  }

  std::string path(std::size_t number) const { return scene_.server.seen().at(number).path; }
  const std::vector<json>& items() const { return items_; }

 private:
  ObjectWatch::Listener listener() {
    return {.listed =
                [this](std::vector<json> items) {
                  heard_ += "listed";
                  for (const json& each : items) {
                    heard_ += ' ' + each["metadata"]["name"].get<std::string>();
                  }
                  heard_ += "; ";
                  items_ = std::move(items);
                },
            .changed =
                [this](const std::string& type, const json& object) {
                  heard_ += type + ' ' + object["metadata"]["name"].get<std::string>() + "; ";
                  if (object["metadata"]["name"] == "last") watch_.reset();
                },
            .trouble =
                [this](const WatchTrouble& trouble) {
                  EXPECT_TRUE(!watch_ || !watch_->is_in_contact());
                  heard_ += "trouble " + std::to_string(trouble.status) + "; ";
                },
            .recovered = [this] { heard_ += "recovered; "; }};
  }

  const std::size_t count_;
  ClientScene scene_;
  std::unique_ptr<ObjectWatch> watch_;
  std::string heard_;
  std::vector<json> items_;
};

constexpr const char* kStatus410 =
    R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})";

TEST(ObjectWatchTest, ListsInPagesAndThenWatches) {
  Watched watched({says(200, list({"a"}, 7, "next page")), says(200, list({"b"}, 7)),
                   tells({event("ADDED", "c", 8), event("DELETED", "a", 9)})},
                  {.label_selector = "app=x", .page_items = 1});
  EXPECT_EQ(watched.asked(), "list, list next%20page&labelSelector=app%3Dx, watch 7, watch 9");
  EXPECT_EQ(watched.heard(), "listed a b; ADDED c; DELETED a; ");
}

TEST(ObjectWatchTest, GivesItemsTheirKindAndTakesOffWhatNobodyNeeds) {
  Watched watched({says(200, list({"a"}, 7))});
  EXPECT_EQ(watched.items().at(0),
            (json{{"kind", "Pod"}, {"apiVersion", "v1"}, {"metadata", {{"name", "a"}}}}));
}

TEST(ObjectWatchTest, AsksForBookmarksAndAnEndAndOnlyWhatIsSelected) {
  Watched watched({says(200, list({}, 7)), tells({})}, {.label_selector = "app in (x)"});
  EXPECT_EQ(watched.path(0), "/api/v1/pods?limit=500&labelSelector=app%20in%20%28x%29");
  EXPECT_EQ(watched.path(1),
            "/api/v1/pods?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300&"
            "labelSelector=app%20in%20%28x%29");
}

TEST(ObjectWatchTest, GoesOnWhereItWasWithoutAList) {
  Watched watched({says(200, list({"a"}, 7)), tells({event("MODIFIED", "a", 8)}),
                   tells({event("BOOKMARK", "", 20)}), tells({event("ADDED", "b", 21)}, Then::kCut),
                   tells({event("ADDED", "c", 22)}, Then::kEnd)});
  EXPECT_EQ(watched.asked(), "list, watch 7, watch 8, watch 20, watch 21, watch 22");
  EXPECT_EQ(watched.heard(), "listed a; MODIFIED a; ADDED b; trouble 0; recovered; ADDED c; ");
}

TEST(ObjectWatchTest, ListsAgainWhenTheServerForgot) {
  const std::string gone =
      json{{"type", "ERROR"}, {"object", json::parse(kStatus410)}}.dump() + '\n';
  Watched watched({says(200, list({"a", "b"}, 7)), tells({event("ADDED", "c", 8), gone}),
                   says(200, list({"c"}, 30)), says(410, kStatus410), says(200, list({"d"}, 40))});
  EXPECT_EQ(watched.asked(), "list, watch 7, list, watch 30, list, watch 40");
  EXPECT_EQ(watched.heard(), "listed a b; ADDED c; listed c; listed d; ");
}

TEST(ObjectWatchTest, ListsWholeWhenThePagesGrewTooOld) {
  Watched watched(
      {says(200, list({"a"}, 7, "x")), says(410, kStatus410), says(200, list({"a", "b"}, 9))});
  EXPECT_EQ(watched.asked(), "list, list x, list, watch 9");
  EXPECT_EQ(watched.path(2), "/api/v1/pods");
  EXPECT_EQ(watched.heard(), "listed a b; ");
}

TEST(ObjectWatchTest, SaysWhatIsWrongAndTriesAgain) {
  Watched watched({says(403, "{}"), says(404, "{}"), says(500, "{}"), says(200, "[]"),
                   says(200, list({"a"}, 7)), says(403, "{}"), says(200, list({"a"}, 8)),
                   tells({"garbage\n"}), tells({event("ADDED", "b", 9)})});
  EXPECT_EQ(watched.heard(),
            "trouble 403; trouble 404; trouble 500; trouble 0; recovered; listed a; "
            "trouble 403; recovered; listed a; trouble 0; recovered; ADDED b; ");
  EXPECT_EQ(watched.asked(),
            "list, list, list, list, list, watch 7, list, watch 8, watch 8, watch 9");
}

TEST(ObjectWatchTest, GoesOnAfterALineWithoutEnd) {
  Watched watched({says(200, list({}, 7)), tells({std::string(5000, 'x')}, Then::kStay),
                   tells({event("ADDED", "b", 9)})},
                  {.stream = {.line_bytes_max = 1000}});
  EXPECT_EQ(watched.heard(), "listed; trouble 0; recovered; ADDED b; ");
}

TEST(ObjectWatchTest, ListsAgainWhenNothingThatComesCanBeRead) {
  std::vector<Step> steps = {says(200, list({}, 7))};
  for (int i = 0; i < 5; ++i) steps.push_back(tells({"{}\n"}));
  Watched watched(std::move(steps));
  EXPECT_EQ(watched.asked(), "list, watch 7, watch 7, watch 7, watch 7, watch 7, list");
}

TEST(ObjectWatchTest, MayGoWithinAChange) {
  Watched watched({says(200, list({}, 7)),
                   tells({event("ADDED", "last", 8) + event("ADDED", "x", 9)}, Then::kStay)});
  EXPECT_EQ(watched.heard(), "listed; ADDED last; ");
}

TEST(BackOffTest, DoublesUpToTheMostAndStartsAnew) {
  BackOff back_off(milliseconds(100), milliseconds(350), [] { return 0.5; });
  std::string waits;
  for (int i = 0; i < 4; ++i) waits += std::to_string(back_off.next().count()) + ' ';
  EXPECT_EQ(waits, "51 101 176 176 ");
  back_off.reset();
  EXPECT_EQ(back_off.next().count(), 51);
}

TEST(TokenBucketTest, GivesABurstAndThenASteadyRate) {
  TokenBucket::Time now{};
  TokenBucket bucket(10, 2, now);
  EXPECT_TRUE(bucket.take(now));
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  EXPECT_EQ(bucket.ready_at(now), now + milliseconds(100));
  now += milliseconds(100);
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  now += std::chrono::hours(1);
  EXPECT_TRUE(bucket.take(now) && bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
}

TEST(TokenBucketTest, WithoutARateGivesAlways) {
  TokenBucket bucket(0, 1, {});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.take({}));
}

}  // namespace
}  // namespace berth
