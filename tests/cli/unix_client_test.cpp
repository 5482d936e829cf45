#include "cli/unix_client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "cli/line_splitter.hpp"

namespace berth {
namespace {

// Takes one connection, reads the request's head and does with it what the test says.
class OneAnswerServer {
 public:
  explicit OneAnswerServer(std::function<void(int)> answer) {
    char folder[] = "/tmp/berth-cli-XXXXXX";
    folder_ = ::mkdtemp(folder);
    path_ = folder_ + "/s";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path_.c_str());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 1);
    thread_ = std::thread([this, answer = std::move(answer)] { serve(answer); });
  }
  ~OneAnswerServer() {
    thread_.join();
    ::close(listener_);
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }

  const std::string& path() const { return path_; }
  const std::string& request() const { return request_; }

 private:
  void serve(const std::function<void(int)>& answer) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    char piece[4096];
    while (request_.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(connection, piece, sizeof piece, 0);
      if (got <= 0) break;
      request_.append(piece, static_cast<std::size_t>(got));
    }
    answer(connection);
    ::close(connection);
  }

  std::string folder_;
  std::string path_;
  std::string request_;
  int listener_ = -1;
  std::thread thread_;
};

void say(int connection, const std::string& text) {
  ASSERT_EQ(::send(connection, text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

std::string chunk(const std::string& text) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  return size + text + "\r\n";
}

constexpr const char* kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(UnixClient, ReadsAWholeAnswerAndItsHeaders) {
  OneAnswerServer server([](int to) {
    say(to, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-Berth-Next-Offset: 7\r\n\r\nnone");
  });
  const auto reply = UnixClient(server.path()).send({"GET", "/v1/jobs/x"});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->body, "none");
  EXPECT_EQ(reply->headers.at("x-berth-next-offset"), "7");
  EXPECT_EQ(server.request().rfind("GET /v1/jobs/x HTTP/1.1\r\n", 0), 0U);
}

TEST(UnixClient, GivesLinesWhileTheAnswerGoesOn) {
  std::string got;
  bool saw_first_alone = false;
  std::vector<int> ready(2);
  ASSERT_EQ(::pipe(ready.data()), 0);
  OneAnswerServer server([&](int to) {
    say(to, kChunkedHead + chunk("{\"a\":1}\n{\"b\""));
    char word = 0;
    ASSERT_EQ(::read(ready[0], &word, 1), 1);  // the client has the first line
    say(to, chunk(":2}\n") + chunk(""));
  });
  LineSplitter lines;
  const auto take = [&](std::string_view piece) {
    return lines.feed(piece, [&](std::string_view line) {
      if (got.empty()) {
        saw_first_alone = true;
        EXPECT_EQ(::write(ready[1], "x", 1), 1);
      }
      got += std::string(line) + ";";
      return true;
    });
  };
  const auto reply = UnixClient(server.path()).stream({"GET", "/watch"}, take, nullptr);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(saw_first_alone);
  EXPECT_EQ(got, "{\"a\":1};{\"b\":2};");
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(UnixClient, StopsWhenItsTakerHasEnough) {
  OneAnswerServer server([](int to) { say(to, kChunkedHead + chunk("one\n")); });
  const auto reply = UnixClient(server.path())
                         .stream(
                             {"GET", "/watch"}, [](std::string_view) { return false; }, nullptr);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST(UnixClient, KeepsTheBodyOfABadAnswerFromTheTaker) {
  OneAnswerServer server(
      [](int to) { say(to, "HTTP/1.1 410 Gone\r\nContent-Length: 3\r\n\r\nold"); });
  const auto reply = UnixClient(server.path())
                         .stream(
                             {"GET", "/watch"},
                             [](std::string_view) {
                               ADD_FAILURE();
                               return true;
                             },
                             nullptr);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 410);
  EXPECT_EQ(reply->body, "old");
}

TEST(UnixClient, SaysThatAnAnswerBrokeOff) {
  OneAnswerServer server([](int to) { say(to, kChunkedHead + chunk("half")); });
  const auto reply = UnixClient(server.path()).send({"GET", "/v1/jobs"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, "Broken");
}

TEST(UnixClient, GivesUpWhenIdleSaysSo) {
  std::vector<int> done(2);
  ASSERT_EQ(::pipe(done.data()), 0);
  {
    OneAnswerServer server([&](int) {
      char word = 0;
      EXPECT_EQ(::read(done[0], &word, 1), 1);
    });
    const auto reply =
        UnixClient(server.path())
            .stream(
                {"GET", "/watch"}, [](std::string_view) { return true; }, [] { return false; });
    EXPECT_EQ(::write(done[1], "x", 1), 1);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, "Interrupted");
  }
  ::close(done[0]);
  ::close(done[1]);
}

// Says its text and then nothing, until the test has its answer.
class SilentServer {
 public:
  explicit SilentServer(std::string text)
      : server_([this, text = std::move(text)](int to) {
          ::send(to, text.data(), text.size(), MSG_NOSIGNAL);  // the client may have given up
          char word = 0;
          EXPECT_EQ(::read(done_[0], &word, 1), 1);
        }) {}
  ~SilentServer() { EXPECT_EQ(::write(done_[1], "x", 1), 1); }

  const std::string& path() const { return server_.path(); }

 private:
  static std::vector<int> new_pipe() {
    std::vector<int> ends(2);
    EXPECT_EQ(::pipe(ends.data()), 0);
    return ends;
  }

  std::vector<int> done_ = new_pipe();
  OneAnswerServer server_;
};

bool take_all(std::string_view) { return true; }

// A daemon that is stopped takes connections all the same.
TEST(UnixClient, GivesUpOnADaemonThatSaysNothing) {
  constexpr std::chrono::milliseconds kPatience{1};
  for (const char* said : {"", "HTTP/1.1 200 OK\r\nContent-Len"}) {
    SilentServer server(said);
    const auto reply = UnixClient(server.path(), kPatience).send({"GET", "/v1/jobs"});
    ASSERT_FALSE(reply) << said;
    EXPECT_EQ(reply.error().code, "Timeout");
    EXPECT_NE(reply.error().message.find("GET /v1/jobs"), std::string::npos);
  }
  SilentServer server(kChunkedHead + chunk("{\"heartbeat\":true}\n"));
  const auto reply =
      UnixClient(server.path(), kPatience).stream({"GET", "/watch"}, take_all, nullptr);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, "Timeout");
}

TEST(UnixClient, WaitsForOutputAsLongAsItsOwnerLikes) {
  SilentServer server(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Transfer-Encoding: chunked\r\n\r\n" +
      chunk("one line\n"));
  constexpr std::chrono::seconds kPatience{2};
  const auto until = std::chrono::steady_clock::now() + kPatience + std::chrono::seconds(1);
  const auto goes_on = [until] { return std::chrono::steady_clock::now() < until; };
  const auto reply =
      UnixClient(server.path(), kPatience).stream({"GET", "/logs"}, take_all, goes_on);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, "Interrupted");
}

TEST(UnixClient, SaysWhichSocketNobodyAnswersAt) {
  const auto reply = UnixClient("/nowhere/control.sock").send({"GET", "/healthz"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, "Unreachable");
  EXPECT_EQ(reply.error().message,
            "no berthd answers at /nowhere/control.sock: there is no such socket; start berthd, or "
            "name its socket with --socket or $BERTH_SOCKET");
}

}  // namespace
}  // namespace berth
