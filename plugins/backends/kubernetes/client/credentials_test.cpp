#include "credentials.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "exec_credential.hpp"
#include "temporary_folder.hpp"

namespace berth {
namespace {

using std::chrono::system_clock;

std::string in_seconds(int seconds) {
  const std::time_t at = system_clock::to_time_t(system_clock::now()) + seconds;
  char text[40];
  std::strftime(text, sizeof text, "%FT%TZ", std::gmtime(&at));
  return text;
}

class CredentialsTest : public testing::Test {
 protected:
  // The token, or "why: ..." when there is none.
  std::string token(Credentials& credentials) {
    std::string got = "nothing";
    credentials.get([&](Credentials::Given given) { got = take(given); });
    io_.restart();
    io_.run();
    if (got == "nothing") run_until_answered(got);
    return got;
  }

  std::string renewed(Credentials& credentials) {
    std::string got = "nothing";
    credentials.renew(*last_, [&](Credentials::Given given) { got = take(given); });
    run_until_answered(got);
    return got;
  }

  // The plugin's thread posts its answer: the context has work only then.
  void run_until_answered(const std::string& got) {
    const auto work = boost::asio::make_work_guard(io_);
    io_.restart();
    while (got == "nothing") io_.run_one();
  }

  std::string take(const Credentials::Given& given) {
    if (const auto* why = std::get_if<std::string>(&given)) return "why: " + *why;
    last_ = std::get<0>(given);
    return last_->token;
  }

  // A plugin that prints a token with the number of its run, after `before`.
  ApiAccess plugin(const std::string& status, const std::string& before = "") {
    ApiAccess access{.host = "h"};
    const auto program = folder_.write_program(
        "login",
        "#!/bin/sh\necho run >> " + (folder_.path() / "runs").string() + "\n" + before +
            "\nrun=$(wc -l < " + (folder_.path() / "runs").string() + ")\ncat <<END\n" +
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"," +
            "\"status\":" + status + "}\nEND\n");
    access.exec = ExecPlugin{.command = program,
                             .args = {"x"},
                             .env = {{"REGION", "north"}},
                             .api_version = "client.authentication.k8s.io/v1"};
    return access;
  }

  boost::asio::io_context io_;
  TemporaryFolder folder_;
  std::shared_ptr<const Identity> last_;
};

TEST_F(CredentialsTest, TakesAnEmptyFileForOneThatIsBeingWritten) {
  const auto file = folder_.write("token", "");
  Credentials credentials(io_, {.host = "h", .token_file = file});
  EXPECT_EQ(token(credentials), "why: " + file.string() + " is empty");
  folder_.write("token", "one");
  EXPECT_EQ(token(credentials), "one");
}

TEST_F(CredentialsTest, ReadsATokenFileAgainWhenItIsReplaced) {
  ApiAccess access{.host = "h", .token_file = folder_.write("token", "first\n")};
  Credentials credentials(io_, access);
  EXPECT_EQ(token(credentials), "first");
  const std::uint64_t number = last_->number;
  EXPECT_EQ(token(credentials), "first");
  EXPECT_EQ(last_->number, number);
  folder_.write("token", "second\n");
  EXPECT_EQ(token(credentials), "second");
  EXPECT_NE(last_->number, number);
  std::filesystem::remove(access.token_file);
  EXPECT_NE(token(credentials).find("token cannot be read"), std::string::npos);
}

TEST_F(CredentialsTest, ReadsCertificatesAgain) {
  ApiAccess access{.host = "h",
                   .certificate = {.file = folder_.write("crt", "c1")},
                   .key = {.file = folder_.write("key", "k1")}};
  Credentials credentials(io_, access);
  EXPECT_EQ(token(credentials), "");
  EXPECT_EQ(last_->certificate, "c1");
  folder_.write("crt", "c2");
  EXPECT_EQ(token(credentials), "");
  EXPECT_EQ(last_->certificate, "c2");
}

TEST_F(CredentialsTest, KeepsWhatAPluginGaveUntilItIsRefused) {
  Credentials credentials(io_, plugin("{\"token\": \"t$run\"}"));
  EXPECT_EQ(token(credentials), "t1");
  EXPECT_EQ(token(credentials), "t1");
  EXPECT_EQ(renewed(credentials), "t2");
}

TEST_F(CredentialsTest, RunsThePluginOnceForAllThatWereRefusedTogether) {
  Credentials credentials(io_, plugin("{\"token\": \"t$run\"}"));
  EXPECT_EQ(token(credentials), "t1");
  const Identity refused = *last_;
  EXPECT_EQ(renewed(credentials), "t2");
  std::string late = "nothing";
  credentials.renew(refused, [&](Credentials::Given given) { late = take(given); });
  EXPECT_EQ(late, "t2");
}

TEST_F(CredentialsTest, RenewsAheadWhatExpiresSoonAndGivesTheOldMeanwhile) {
  Credentials credentials(
      io_, plugin("{\"token\": \"t$run\", \"expirationTimestamp\": \"" + in_seconds(40) + "\"}"));
  EXPECT_EQ(token(credentials), "t1");
  std::string got = "nothing";
  credentials.get([&](Credentials::Given given) { got = take(given); });
  EXPECT_EQ(got, "t1");
  const auto work = boost::asio::make_work_guard(io_);
  io_.restart();
  io_.run_one();  // the plugin's answer
  credentials.get([&](Credentials::Given given) { got = take(given); });
  EXPECT_EQ(got, "t2");
}

TEST_F(CredentialsTest, GivesThePluginItsWordsAndEnvironment) {
  ApiAccess access =
      plugin("{\"token\": \"$REGION,$1,$KUBERNETES_EXEC_INFO\"}",
             "KUBERNETES_EXEC_INFO=$(echo \"$KUBERNETES_EXEC_INFO\" | tr '\"' \"'\")");
  access.exec->wants_cluster_info = true;
  access.authority.text = "ca";
  access.tls_name = "other";
  Credentials credentials(io_, access);
  EXPECT_EQ(token(credentials),
            "north,x,{'apiVersion':'client.authentication.k8s.io/v1','kind':'ExecCredential',"
            "'spec':{'cluster':{'certificate-authority-data':'Y2E=','server':'https://h:443',"
            "'tls-server-name':'other'},'interactive':false}}");
}

TEST_F(CredentialsTest, SaysWhyThePluginGaveNothing) {
  const struct {
    std::string status, before, says;
  } rows[] = {
      {"{}", "echo no session >&2; exit 3", "ended with 3; berthd's log has what it printed"},
      {"{}", "kill -9 $$", "was ended by signal 9"},
      {"{}", "", "gave neither a token nor a certificate"},
      {"{\"clientCertificateData\": \"c\"}", "", "without its key"},
      {"{\"token\": \"t\", \"expirationTimestamp\": \"soon\"}", "", "is no time"},
      {"{\"token\": \"t\", \"expirationTimestamp\": \"2001-01-01T00:00:00Z\"}", "", "have expired"},
      {"{}", "head -c 2000000 /dev/zero; exit 0", "printed more than 1048576 bytes"},
      {"{}", "echo hello; exit 0", "printed no ExecCredential"}};
  for (const auto& row : rows) {
    Credentials credentials(io_, plugin(row.status, row.before));
    const std::string got = token(credentials);
    EXPECT_TRUE(got.starts_with("why: the exec plugin " + folder_.path().string())) << got;
    EXPECT_NE(got.find(row.says), std::string::npos) << got;
  }
}

TEST_F(CredentialsTest, SaysWhenThePluginIsNotInstalled) {
  ApiAccess access = plugin("{}");
  access.exec->command = "berth-no-such-login";
  access.exec->install_hint = "Install it.";
  Credentials credentials(io_, access);
  EXPECT_EQ(token(credentials),
            "why: the exec plugin berth-no-such-login cannot run berth-no-such-login: No such file "
            "or directory; Install it.");
}

TEST_F(CredentialsTest, EndsAPluginThatRunsWhenItGoes) {
  auto credentials = std::make_unique<Credentials>(io_, plugin("{}", "sleep 1000"));
  bool was_called = false;
  credentials->get([&](Credentials::Given) { was_called = true; });
  credentials.reset();
  io_.run();
  EXPECT_FALSE(was_called);
}

TEST(ExecCredentialTime, IsReadAsTheApiWritesIt) {
  const auto at = [](const char* text) {
    const auto time = parse_time(text);
    return time ? system_clock::to_time_t(*time) : -1;
  };
  EXPECT_EQ(at("1970-01-01T00:01:00Z"), 60);
  EXPECT_EQ(at("1970-01-01T01:01:00.123+01:00"), 60);
  for (const char* bad : {"", "1970-01-01", "1970-01-01T00:01:00", "1970-01-01T00:01:00 Z"}) {
    EXPECT_EQ(at(bad), -1) << bad;
  }
}

}  // namespace
}  // namespace berth
