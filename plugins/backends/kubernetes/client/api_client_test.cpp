#include "api_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "client_scene.hpp"

namespace berth {
namespace {

using std::chrono::milliseconds;

void say_ok(const SeenRequest&, ServerPeer& peer) { peer.reply(200, "ok"); }

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ApiClientTls, TalksToAServerWhoseCertificateIsGood) {
  ClientScene by_address(say_ok);
  EXPECT_EQ(told(by_address.ask({.path = "/readyz"})), "200 ok");
  ClientScene by_name(say_ok);
  by_name.access.tls_name = "api.test";
  EXPECT_EQ(told(by_name.ask({.path = "/readyz"})), "200 ok");
}

TEST(ApiClientTls, RefusesACertificateThatIsNotGood) {
  const TestCertificate stranger = make_authority();
  const struct {
    TestCertificate shown;
    std::string name, authority, why;
  } rows[] = {{ClientScene::certificate(), "other.test", ClientScene::authority().certificate,
               "wanted \"other.test\""},
              {ClientScene::certificate(), "127.0.0.2", ClientScene::authority().certificate,
               "wanted \"127.0.0.2\""},
              {ClientScene::certificate(), "127.0.0.1", stranger.certificate, "signature failure"},
              {make_certificate(ClientScene::authority(), {.from_days = -3, .to_days = -1}),
               "127.0.0.1", ClientScene::authority().certificate, "expired"},
              {make_certificate(ClientScene::authority(), {.from_days = 1, .to_days = 2}),
               "127.0.0.1", ClientScene::authority().certificate, "not yet valid"},
              {make_certificate(ClientScene::authority(),
                                {.names = "DNS:else.test", .common_name = "api.test"}),
               "api.test", ClientScene::authority().certificate, "wanted \"api.test\""},
              {ClientScene::certificate(), "127.0.0.1", "", "issuer certificate"}};
  for (const auto& row : rows) {
    ClientScene scene(say_ok, {}, row.shown);
    scene.access.tls_name = row.name;
    scene.access.authority.text = row.authority;
    const std::string got = told(scene.ask({.method = "POST", .path = "/x", .body = "{}"}));
    EXPECT_TRUE(says(got, "unreachable: the API server's certificate is not to be trusted")) << got;
    EXPECT_TRUE(says(got, row.why)) << got;
    EXPECT_TRUE(scene.server.seen().empty());
  }
}

TEST(ApiClientTls, ShowsItsCertificateAndTheNextOneOnceTheFilesAreReplaced) {
  ClientScene scene(say_ok, {}, ClientScene::certificate(), ClientScene::authority().certificate);
  const auto write = [&](const char* name) {
    const TestCertificate mine = make_certificate(ClientScene::authority(), {.common_name = name});
    scene.access.certificate.file = scene.folder.write("crt", mine.certificate);
    scene.access.key.file = scene.folder.write("key", mine.key);
  };
  write("first");
  EXPECT_EQ(told(scene.ask({.path = "/"})), "200 ok");
  EXPECT_EQ(told(scene.ask({.path = "/"})), "200 ok");
  write("second");
  EXPECT_EQ(told(scene.ask({.path = "/"})), "200 ok");
  const auto seen = scene.server.seen();
  EXPECT_EQ(seen.at(0).client, "first");
  EXPECT_EQ(seen.at(1).connection, 1);
  EXPECT_EQ(seen.at(2).client, "second");
}

TEST(ApiClientTls, SaysWhichCertificateCannotBeRead) {
  ClientScene scene(say_ok);
  scene.access.authority.text = "nonsense";
  EXPECT_TRUE(says(told(scene.ask({.path = "/"})),
                   "credentials: certificate-authority is no certificate in PEM"));
  ClientScene key(say_ok);
  key.access.certificate.text = ClientScene::certificate().certificate;
  key.access.key.text = make_certificate(ClientScene::authority()).key;
  EXPECT_TRUE(says(told(key.ask({.path = "/"})), "credentials: client-key is no key"));
}

TEST(ApiClient, SendsWhatWasAskedAndTakesTheAnswerApart) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) {
    peer.reply(201, "{}",
               "Warning: 299 - \"unknown field \\\"spec.a\\\"\", 299 - \"old, b\"\r\n"
               "warning: 110 - \"stale\"\r\nX-Two: a\r\nX-Two: b\r\n");
  });
  scene.access.base_path = "/k8s/c";
  const ApiResult result = scene.ask({.method = "PATCH",
                                      .path = "/api?x=1",
                                      .body = "{\"a\":1}",
                                      .content_type = "application/merge-patch+json",
                                      .headers = {{"x-mine", "yes"}}});
  const ApiAnswer& answer = std::get<ApiAnswer>(result);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.warnings, (std::vector<std::string>{"unknown field \"spec.a\"", "old, b"}));
  EXPECT_EQ(answer.headers.at("x-two"), "a, b");
  const SeenRequest seen = scene.server.seen().at(0);
  EXPECT_EQ(seen.method + ' ' + seen.path + ' ' + seen.body, "PATCH /k8s/c/api?x=1 {\"a\":1}");
  EXPECT_EQ(seen.headers.at("authorization"), "Bearer t0");
  EXPECT_EQ(seen.headers.at("content-type"), "application/merge-patch+json");
  EXPECT_EQ(seen.headers.at("x-mine"), "yes");
  EXPECT_EQ(seen.headers.at("host"), "127.0.0.1:" + std::to_string(scene.server.port()));
}

TEST(ApiClient, TakesAnswersOfEveryForm) {
  const std::string large(9'000'000, 'x');
  ClientScene scene([&](const SeenRequest& request, ServerPeer& peer) {
    if (request.path == "/interim") {
      peer.write("HTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-len");
      peer.write("gth: 2\r\n\r\nok");
    } else if (request.path == "/none") {
      peer.write("HTTP/1.1 204 No Content\r\n\r\n");
    } else if (request.path == "/until-close") {
      peer.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
      peer.close();
    } else {
      peer.begin_stream();
      peer.chunk(large);
      peer.chunk("");
    }
  });
  EXPECT_EQ(told(scene.ask({.path = "/interim"})), "200 ok");
  EXPECT_EQ(told(scene.ask({.path = "/none"})), "204");
  EXPECT_EQ(std::get<ApiAnswer>(scene.ask({.path = "/large"})).body.size(), large.size());
  EXPECT_EQ(told(scene.ask({.path = "/until-close"})), "200 ok");
  EXPECT_EQ(scene.server.connections(), 1);
  EXPECT_EQ(told(scene.ask({.path = "/none"})), "204");
  EXPECT_EQ(scene.server.connections(), 2);
}

TEST(ApiClient, RefusesAnswersThatAreNone) {
  ClientScene scene([](const SeenRequest& request, ServerPeer& peer) {
    if (request.path == "/large") return peer.reply(200, std::string(100, 'x'));
    peer.write(request.path == "/noise" ? "SSH-2.0-what\r\n\r\n"
                                        : "HTTP/1.1 200 OK\r\na: " + std::string(100'000, 'x'));
  });
  EXPECT_TRUE(says(told(scene.ask({.path = "/noise"})), "the answer is no HTTP"));
  EXPECT_TRUE(says(told(scene.ask({.path = "/head"})), "the answer is no HTTP"));
  EXPECT_TRUE(says(told(scene.ask({.path = "/large", .limit_bytes = 99})),
                   "unknown: the answer is larger than 99 bytes (status 200)"));
}

TEST(ApiClient, RefusesRequestsThatWouldBeTwo) {
  ClientScene scene(say_ok);
  EXPECT_TRUE(says(told(scene.ask({.path = "/a HTTP/1.1\r\nx: y"})), "bad request"));
  EXPECT_TRUE(says(told(scene.ask({.path = "a"})), "bad request"));
  EXPECT_TRUE(says(told(scene.ask({.path = "/", .headers = {{"a", "b\r\nc: d"}}})), "bad request"));
  EXPECT_TRUE(scene.server.seen().empty());
}

TEST(ApiClient, KeepsAFewConnectionsForManyRequests) {
  ClientScene scene(say_ok, {.requests_per_second = 0, .concurrent_max = 3});
  int left = 30;
  for (int i = 0; i < 30; ++i) {
    scene.client().ask({.path = "/"}, [&](const ApiResult& result) {
      EXPECT_EQ(told(result), "200 ok");
      --left;
    });
  }
  scene.run_until([&] { return left == 0; });
  EXPECT_EQ(scene.server.connections(), 3);
  const ApiClientFigures figures = scene.client().figures();
  EXPECT_EQ(figures.requests, 30U);
  EXPECT_EQ(figures.connections_opened, 3U);
  EXPECT_EQ(figures.open_connections, 3U);
  EXPECT_EQ(figures.waiting, 0U);
}

TEST(ApiClient, RunsRequestsInParallel) {
  std::atomic<int> inside = 0;
  ClientScene scene([&](const SeenRequest&, ServerPeer& peer) {
    ++inside;
    while (inside < 4) std::this_thread::yield();  // each waits for the others
    peer.reply(200);
  });
  int left = 4;
  for (int i = 0; i < 4; ++i) {
    scene.client().ask({.path = "/"}, [&](const ApiResult&) { --left; });
  }
  scene.run_until([&] { return left == 0; });
  EXPECT_EQ(inside, 4);
}

TEST(ApiClient, RepeatsAReadOnAConnectionThatTurnedOutClosedButNoWrite) {
  for (const std::string method : {"GET", "POST"}) {
    ClientScene scene([](const SeenRequest& request, ServerPeer& peer) {
      request.number == 2 ? peer.close() : peer.reply(200, "ok");
    });
    EXPECT_EQ(told(scene.ask({.path = "/"})), "200 ok");
    const std::string got = told(scene.ask({.method = method, .path = "/"}));
    if (method == "GET") {
      EXPECT_EQ(got, "200 ok");
      EXPECT_EQ(scene.server.connections(), 2);
    } else {
      EXPECT_TRUE(says(got, "unknown: ") && says(got, "closed before an answer")) << got;
      EXPECT_EQ(scene.server.seen().size(), 2U);
    }
  }
}

TEST(ApiClient, NoticesThatAnIdleConnectionWasClosed) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) {
    peer.reply(200, "ok");
    peer.close();
  });
  EXPECT_EQ(told(scene.ask({.path = "/"})), "200 ok");
  scene.run_until([&] { return scene.client().figures().open_connections == 0; });
  EXPECT_EQ(told(scene.ask({.method = "POST", .path = "/"})), "200 ok");
}

TEST(ApiClient, SaysThatAnAnswerBroke) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) {
    peer.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    peer.close();
  });
  const std::string got = told(scene.ask({.path = "/"}));
  EXPECT_TRUE(says(got, "unknown: ") && says(got, "broke within the answer")) << got;
}

TEST(ApiClient, GivesUpOnAServerThatDoesNotAnswer) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) { peer.wait_for_close(); });
  EXPECT_TRUE(says(told(scene.ask({.path = "/", .timeout = milliseconds(300)})),
                   "did not answer within 300 ms"));
  EXPECT_EQ(scene.client().figures().open_connections, 0U);
}

TEST(ApiClient, SaysThatNothingWasSentWhereThereIsNoConnection) {
  ClientScene scene(say_ok);
  boost::asio::ip::tcp::acceptor silent(scene.io, {boost::asio::ip::address_v4::loopback(), 0});
  scene.access.port = silent.local_endpoint().port();
  EXPECT_TRUE(says(told(scene.ask({.method = "POST", .path = "/", .timeout = milliseconds(50)})),
                   "unreachable: no connection to https://127.0.0.1:"));
  silent.close();
  EXPECT_TRUE(says(told(scene.ask({.method = "POST", .path = "/"})),
                   "unreachable: cannot connect to https://127.0.0.1:"));
  ClientScene nowhere(say_ok);
  nowhere.access.host = "no-such-host.invalid";
  EXPECT_TRUE(says(told(nowhere.ask({.path = "/"})),
                   "unreachable: the name no-such-host.invalid has no address"));
}

TEST(ApiClientLimits, HoldsRequestsBackAndSaysSo) {
  ClientScene scene(say_ok, {.requests_per_second = 0.001, .burst = 1, .waiting_max = 1});
  std::string first, second, third;
  const auto into = [](std::string& text) {
    return [&text](const ApiResult& result) { text = told(result); };
  };
  scene.client().ask({.path = "/1"}, into(first));
  scene.client().ask({.path = "/2", .timeout = milliseconds(100)}, into(second));
  scene.client().ask({.path = "/3"}, into(third));
  scene.run_until([&] { return !first.empty() && !second.empty() && !third.empty(); });
  EXPECT_EQ(first, "200 ok");
  EXPECT_TRUE(says(second, "rate limited: its turn did not come within 100 ms")) << second;
  EXPECT_TRUE(says(third, "rate limited: 1 requests to this cluster wait already")) << third;
  EXPECT_EQ(told(scene.ask({.path = "/probe", .is_urgent = true})), "200 ok");
  EXPECT_EQ(scene.client().figures().rate_limited, 2U);
}

TEST(ApiClientLimits, WaitAsLongAsTheServerAsks) {
  std::chrono::steady_clock::time_point refused, next;
  ClientScene scene([&](const SeenRequest& request, ServerPeer& peer) {
    (request.number == 1 ? refused : next) = std::chrono::steady_clock::now();
    request.number == 1 ? peer.reply(429, "", "Retry-After: 1\r\n") : peer.reply(200, "ok");
  });
  EXPECT_EQ(told(scene.ask({.method = "POST", .path = "/"})), "200 ok");
  EXPECT_GE(next - refused, milliseconds(1000));
  EXPECT_EQ(scene.client().figures().throttled, 1U);
}

TEST(ApiClientLimits, GiveA429AsItIsWhenWaitingWouldBeTooLong) {
  ClientScene scene([&](const SeenRequest&, ServerPeer& peer) {
    peer.reply(429, "busy", "Retry-After: 100\r\n");
  });
  EXPECT_EQ(told(scene.ask({.path = "/"})), "429 busy");
  EXPECT_TRUE(says(told(scene.ask({.path = "/", .timeout = milliseconds(50)})), "rate limited"));
  EXPECT_EQ(scene.server.seen().size(), 1U);
}

TEST(ApiClient, RepeatsAReadThatFailedInPassingButNoWrite) {
  for (const std::string method : {"GET", "POST"}) {
    ClientScene scene([](const SeenRequest& request, ServerPeer& peer) {
      request.number == 1 ? peer.reply(503, "no") : peer.reply(200, "ok");
    });
    EXPECT_EQ(told(scene.ask({.method = method, .path = "/"})),
              method == "GET" ? "200 ok" : "503 no");
  }
}

TEST(ApiClientCredentials, AreReadAgainWhenTheyAreRefused) {
  TemporaryFolder folder;
  ClientScene scene([&](const SeenRequest& request, ServerPeer& peer) {
    if (request.headers.at("authorization") == "Bearer new") return peer.reply(200, "ok");
    folder.write("token", "new");
    peer.reply(401, "expired");
  });
  scene.access.token_file = folder.write("token", "old");
  EXPECT_EQ(told(scene.ask({.method = "POST", .path = "/", .body = "x"})), "200 ok");
  EXPECT_EQ(scene.server.seen().size(), 2U);
}

TEST(ApiClientCredentials, ThatAreRefusedTwiceAreSaidToBe) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) { 
    peer.reply(401, R"({"kind": "Status", "message": "who?", "code": 401})");
  });
  scene.access.token_file = scene.folder.write("token", "old");
  EXPECT_EQ(told(scene.ask({.path = "/"})),
            "credentials: the API server refuses the credentials (401): who?");
  EXPECT_EQ(scene.server.seen().size(), 2U);
}

TEST(ApiClientCredentials, OfAPluginAreGotBeforeTheRequest) {
  ClientScene scene([](const SeenRequest& request, ServerPeer& peer) {
    peer.reply(200, request.headers.at("authorization"));
  });
  scene.access.token.clear();
  scene.access.exec = ExecPlugin{
      .command = scene.folder.write_program(
          "login",
          "#!/bin/sh\necho '{\"kind\":\"ExecCredential\",\"apiVersion\":"
          "\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"from-plugin\"}}'\n"),
      .api_version = "client.authentication.k8s.io/v1"};
  EXPECT_EQ(told(scene.ask({.path = "/"})), "200 Bearer from-plugin");
}

TEST(ApiClient, DropsWhatWaitsWhenItGoes) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) { peer.wait_for_close(); });
  bool was_called = false, is_dropped = false;
  const std::shared_ptr<void> kept(nullptr, [&](void*) { is_dropped = true; });
  scene.client().ask({.path = "/"}, [&, kept](const ApiResult&) { was_called = true; });
  scene.run_until([&] { return !scene.server.seen().empty(); });
  scene.end_client();
  scene.io.restart();
  scene.io.run();
  EXPECT_FALSE(was_called);
  EXPECT_EQ(kept.use_count(), 1);
}

TEST(ApiClient, MayGoWithinAnAnswer) {
  ClientScene scene(say_ok);
  bool is_told = false;
  for (int i = 0; i < 3; ++i) {
    scene.client().ask({.path = "/"}, [&](const ApiResult&) {
      EXPECT_FALSE(is_told);
      is_told = true;
      scene.end_client();
    });
  }
  scene.run_until([&] { return is_told; });
  scene.io.restart();
  scene.io.run();
}

}  // namespace
}  // namespace berth
