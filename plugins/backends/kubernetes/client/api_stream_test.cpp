#include <gtest/gtest.h>

#include "client_scene.hpp"
#include "line_reader.hpp"

namespace berth {
namespace {

using std::chrono::milliseconds;

// What a listener heard, until the end.
struct Heard {
  std::string text;
  bool has_ended = false;
  std::unique_ptr<ApiStream> stream;

  StreamListener listener() {
    return {.opened = [this] { text += "open "; },
            .line = [this](std::string_view line) { text.append(line) += ' '; },
            .ended =
                [this](const StreamEnd& end) {
                  text += "end";
                  if (end.status != 0) text += ' ' + std::to_string(end.status);
                  if (end.failure) text += " failed";
                  if (!end.message.empty()) text += ": " + end.message;
                  has_ended = true;
                }};
  }
};

std::string hear(ClientScene& scene, StreamLimits limits = {}) {
  Heard heard;
  heard.stream = scene.client().stream({.path = "/watch"}, heard.listener(), limits);
  scene.run_until([&] { return heard.has_ended; });
  return heard.text;
}

TEST(ApiStreamTest, TellsLinesHoweverTheyAreCut) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) {
    peer.begin_stream();
    for (const char* piece : {"a", "b\n", "\n", "c\r\nd\ne", "f\n"}) peer.chunk(piece);
    peer.chunk("");
  });
  EXPECT_EQ(hear(scene), "open ab c d ef end");
}

TEST(ApiStreamTest, TellsHowItEnded) {
  const struct {
    ScriptedServer::Script script;
    std::string end;
  } rows[] = {{[](const SeenRequest&, ServerPeer& peer) { peer.reply(403, "no"); }, "end 403: no"},
              {[](const SeenRequest&, ServerPeer& peer) {
                 peer.begin_stream();
                 peer.chunk("a\nb");
                 peer.close();
               },
               "broke within the answer"},
              {[](const SeenRequest&, ServerPeer& peer) {
                 peer.begin_stream();
                 peer.chunk(std::string(200, 'x'));
                 peer.wait_for_close();
               },
               "open end failed: a line of the answer is longer than 100 bytes"},
              {[](const SeenRequest&, ServerPeer& peer) {
                 peer.begin_stream();
                 peer.wait_for_close();
               },
               "open end failed: nothing came for 200 ms"}};
  for (const auto& row : rows) {
    ClientScene scene(row.script);
    const std::string got = hear(scene, {.idle_max = milliseconds(200), .line_bytes_max = 100});
    EXPECT_NE(got.find(row.end), std::string::npos) << got;
    EXPECT_EQ(scene.client().figures().streams, 0U);
  }
}

TEST(ApiStreamTest, IsEndedByItsListenerInTheMiddle) {
  std::atomic<bool> is_closed = false;
  ClientScene scene([&](const SeenRequest&, ServerPeer& peer) {
    peer.begin_stream();
    peer.chunk("a\nb\nc\n");
    peer.wait_for_close();
    is_closed = true;
  });
  Heard heard;
  StreamListener listener = heard.listener();
  listener.line = [&](std::string_view line) {
    heard.text.append(line);
    heard.stream.reset();
  };
  heard.stream = scene.client().stream({.path = "/"}, std::move(listener));
  scene.run_until([&] { return heard.stream == nullptr; });
  while (!is_closed) std::this_thread::yield();
  EXPECT_EQ(heard.text, "open a");
}

TEST(ApiStreamTest, TakesNoSlotOfRequests) {
  ClientScene scene(
      [](const SeenRequest& request, ServerPeer& peer) {
        if (request.path == "/") return peer.reply(200, "ok");
        peer.begin_stream();
        peer.wait_for_close();
      },
      {.concurrent_max = 1, .streams_max = 2});
  Heard first, second, third;
  first.stream = scene.client().stream({.path = "/watch"}, first.listener());
  second.stream = scene.client().stream({.path = "/watch"}, second.listener());
  scene.run_until([&] { return !first.text.empty() && !second.text.empty(); });
  EXPECT_EQ(told(scene.ask({.path = "/"})), "200 ok");
  third.stream = scene.client().stream({.path = "/watch"}, third.listener());
  scene.run_until([&] { return third.has_ended; });
  EXPECT_EQ(third.text, "end failed: too many streams from this cluster are open");
}

TEST(ApiStreamTest, LetsAFastServerWait) {
  constexpr std::size_t kBytes = 64 << 20;
  std::atomic<std::size_t> written = 0;
  ClientScene scene([&](const SeenRequest&, ServerPeer& peer) {
    peer.begin_stream();
    for (; written < kBytes; written += 1 << 20) peer.chunk(std::string(1 << 20, 'x'));
    peer.chunk("");
  });
  std::size_t bytes = 0;
  bool has_ended = false;
  std::unique_ptr<ApiStream> stream;
  StreamListener listener{.bytes =
                              [&](std::string_view piece) {
                                if (bytes == 0) stream->pause();
                                bytes += piece.size();
                              },
                          .ended = [&](const StreamEnd&) { has_ended = true; }};
  stream = scene.client().stream({.path = "/"}, std::move(listener));
  scene.run_until([&] { return bytes > 0; });
  scene.io.poll();
  EXPECT_LT(bytes, std::size_t{1} << 20);
  EXPECT_LT(written, kBytes);
  stream->resume();
  scene.run_until([&] { return has_ended; });
  EXPECT_EQ(bytes, kBytes);
}

TEST(LineReaderTest, StopsWhenNoMoreAreWanted) {
  LineReader lines(10);
  std::string told;
  EXPECT_TRUE(lines.take("a\nb\n", [&](std::string_view line) {
    told.append(line);
    return false;
  }));
  EXPECT_EQ(told, "a");
}

}  // namespace
}  // namespace berth
