#include "api_access.hpp"

#include <gtest/gtest.h>

#include "kubernetes_objects/base64.hpp"
#include "server_url.hpp"
#include "temporary_folder.hpp"

namespace berth {
namespace {

constexpr const char* kTwoContexts = R"(
apiVersion: v1
kind: Config
current-context: one
clusters:
- name: c1
  cluster:
    server: https://one.example:6443/k8s/c-1/
    certificate-authority-data: Y2EgcGVt
- name: c2
  cluster: {server: "https://[fd00::2]", certificate-authority: pki/ca.crt, tls-server-name: two.example}
users:
- name: u1
  user: {client-certificate-data: Y2VydA==, client-key-data: a2V5}
- name: u2
  user: {tokenFile: token, token: old}
- name: u3
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/login
      args: [get-token, 007, no]
      env: [{name: REGION, value: north}]
      interactiveMode: IfAvailable
      provideClusterInfo: true
contexts:
- name: one
  context: {cluster: c1, user: u1, namespace: ml}
- name: two-east
  context: {cluster: c2, user: u2}
- name: three
  context: {cluster: c1, user: u3}
)";

class Kubeconfig : public testing::Test {
 protected:
  ApiAccess read(const std::string& text, const std::string& context = "") {
    return read_kubeconfig(folder_.write("config", text), context);
  }

  std::string refusal(const std::string& text, const std::string& context = "") {
    try {
      read(text, context);
      return "none";
    } catch (const BadAccess& error) {
      const std::string what = error.what(), file = (folder_.path() / "config").string() + ": ";
      EXPECT_TRUE(what.starts_with(file)) << what;
      return what.substr(std::min(what.size(), file.size()));
    }
  }

  TemporaryFolder folder_;
};

TEST_F(Kubeconfig, GivesTheCurrentContextWithItsCertificate) {
  const ApiAccess access = read(kTwoContexts);
  EXPECT_EQ(access.server(), "https://one.example:6443/k8s/c-1");
  EXPECT_EQ(access.tls_name, "one.example");
  EXPECT_EQ(access.authority.text, "ca pem");
  EXPECT_EQ(access.certificate.text, "cert");
  EXPECT_EQ(access.key.text, "key");
  EXPECT_EQ(access.default_namespace, "ml");
}

TEST_F(Kubeconfig, GivesANamedContextWithPathsBesideTheFile) {
  const ApiAccess access = read(kTwoContexts, "two-east");
  EXPECT_EQ(access.server(), "https://[fd00::2]:443");
  EXPECT_EQ(access.tls_name, "two.example");
  EXPECT_EQ(access.authority.file, folder_.path() / "pki/ca.crt");
  EXPECT_EQ(access.token_file, folder_.path() / "token");
  EXPECT_EQ(access.default_namespace, "default");
}

TEST_F(Kubeconfig, GivesAnExecPluginWithItsWordsAsWritten) {
  const ApiAccess access = read(kTwoContexts, "three");
  ASSERT_TRUE(access.exec);
  EXPECT_EQ(access.exec->command, (folder_.path() / "./bin/login").string());
  EXPECT_EQ(access.exec->args, (std::vector<std::string>{"get-token", "007", "no"}));
  EXPECT_EQ(access.exec->env.at(0).second, "north");
  EXPECT_TRUE(access.exec->wants_cluster_info);
}

// A file with one cluster and one user, each with these fields.
std::string config(const std::string& cluster, const std::string& user = "{}") {
  return "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
         "clusters: [{name: c, cluster: " +
         cluster + "}]\nusers: [{name: u, user: " + user + "}]\n";
}

TEST_F(Kubeconfig, RefusesByFieldAndSaysWhatToDo) {
  const std::string good = "{server: 'https://h'}";
  const struct {
    std::string text, begins, says;
  } rows[] = {
      {"[]", "is no kubeconfig", "mapping"},
      {"a: [", "is no YAML", ""},
      {"clusters: []", "current-context: is not set", "name a context"},
      {"current-context: x", "contexts: has no context \"x\"", "it has none"},
      {config("{}"), "clusters[0].cluster.server: is missing", "https://HOST:PORT"},
      {config("{server: 'ftp://h'}"), "clusters[0].cluster.server", "begin with https://"},
      {config("{server: 'http://10.0.0.1'}"), "clusters[0].cluster.server", "this machine alone"},
      {config("{server: 'https://h:0'}"), "clusters[0].cluster.server", "port"},
      {config("{server: 'https://u:p@h'}"), "clusters[0].cluster.server", "remove that"},
      {config("{server: 'https://h', insecure-skip-tls-verify: true}"),
       "clusters[0].cluster.insecure-skip-tls-verify: is not taken", "certificate-authority"},
      {config("{server: 'https://h', proxy-url: 'http://p'}"), "clusters[0].cluster.proxy-url",
       "directly"},
      {config("{server: 'https://h', certificate-authority-data: '*'}"),
       "clusters[0].cluster.certificate-authority-data: is no base64", "encode"},
      {config(good, "{client-certificate: a.crt}"), "users[0].user.client-key: is missing", ""},
      {config(good, "{username: me}"), "users[0].user.username", "use a token"},
      {config(good, "{auth-provider: {name: gcp}}"), "users[0].user.auth-provider", "exec"},
      {config(good, "{as: root}"), "users[0].user.as", "user of its own"},
      {config(good, "{token: [1]}"), "users[0].user.token: must be a text", ""},
      {config(good, "{exec: {command: a, apiVersion: client.authentication.k8s.io/v1alpha1}}"),
       "users[0].user.exec.apiVersion", "v1beta1"},
      {config(good, "{exec: {apiVersion: client.authentication.k8s.io/v1}}"),
       "users[0].user.exec.command: is missing", ""},
      {config(good, "{token: t, exec: {command: a, apiVersion: client.authentication.k8s.io/v1}}"),
       "users[0].user.exec: stands beside a token", "remove one"},
      {config(good,
              "{exec: {command: a, apiVersion: client.authentication.k8s.io/v1, "
              "interactiveMode: Always}}"),
       "users[0].user.exec.interactiveMode", "no terminal"}};
  for (const auto& row : rows) {
    const std::string got = refusal(row.text);
    EXPECT_TRUE(got.starts_with(row.begins)) << got;
    EXPECT_NE(got.find(row.says), std::string::npos) << got;
  }
}

TEST_F(Kubeconfig, NamesTheNearestContext) {
  EXPECT_EQ(refusal(kTwoContexts, "two-aest"),
            "contexts: has no context \"two-aest\"; nearest: \"two-east\"");
  EXPECT_EQ(refusal(kTwoContexts, "zzzzzz"),
            "contexts: has no context \"zzzzzz\"; it has \"one\" \"two-east\" \"three\"");
}

TEST_F(Kubeconfig, SaysWhenThereIsNoFile) {
  EXPECT_THROW(read_kubeconfig(folder_.path() / "none", ""), BadAccess);
}

TEST_F(Kubeconfig, TakesHttpOnThisMachineAndNoUser) {
  const ApiAccess access = read(
      "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
      "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:8001'}}]\n");
  EXPECT_EQ(access.server(), "http://127.0.0.1:8001");
  EXPECT_FALSE(access.is_tls);
}

class ServiceAccount : public testing::Test {
 protected:
  ServiceAccount() {
    setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
    setenv("KUBERNETES_SERVICE_PORT", "443", 1);
    folder_.write("token", "t");
    folder_.write("ca.crt", "c");
  }
  ~ServiceAccount() override {
    unsetenv("KUBERNETES_SERVICE_HOST");
    unsetenv("KUBERNETES_SERVICE_PORT");
  }
  TemporaryFolder folder_;
};

TEST_F(ServiceAccount, IsReadFromItsFolderAndTheEnvironment) {
  folder_.write("namespace", "berth\n");
  const ApiAccess access = in_cluster_access(folder_.path());
  EXPECT_EQ(access.server(), "https://[fd00::1]:443");
  EXPECT_EQ(access.tls_name, "fd00::1");
  EXPECT_EQ(access.token_file, folder_.path() / "token");
  EXPECT_EQ(access.default_namespace, "berth");
}

TEST_F(ServiceAccount, IsMissedByName) {
  std::filesystem::remove(folder_.path() / "token");
  EXPECT_THROW(in_cluster_access(folder_.path()), BadAccess);
  unsetenv("KUBERNETES_SERVICE_HOST");
  EXPECT_THROW(in_cluster_access(folder_.path()), BadAccess);
}

TEST(Base64, IsDecodedOrNot) {
  EXPECT_EQ(decode_base64("YQ=="), "a");
  EXPECT_EQ(decode_base64("YW\nI="), "ab");
  EXPECT_EQ(decode_base64("YWJj"), "abc");
  EXPECT_EQ(decode_base64("////"), "\xFF\xFF\xFF");
  EXPECT_EQ(decode_base64(""), "");
  for (const char* bad : {"Y", "YQ=", "YQ=a", "Y-Q=", "===="}) {
    EXPECT_FALSE(decode_base64(bad)) << bad;
  }
}

}  // namespace
}  // namespace berth
