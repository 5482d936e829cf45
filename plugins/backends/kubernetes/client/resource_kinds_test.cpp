#include "resource_kinds.hpp"

#include <gtest/gtest.h>

#include "client_scene.hpp"

namespace berth {
namespace {

std::string find(ClientScene& scene, ResourceKinds& kinds, const std::string& api_version,
                 const std::string& kind) {
  std::optional<ResourceKinds::Found> found;
  kinds.find(api_version, kind, [&](ResourceKinds::Found got) { found = std::move(got); });
  scene.run_until([&] { return found.has_value(); });
  if (const auto* got = std::get_if<ResourceKind>(&*found)) return got->path("ml", "x y");
  const auto& unknown = std::get<ResourceUnknown>(*found);
  static constexpr const char* kWhys[] = {"no group", "no kind", "refused", "unreachable"};
  return std::string(kWhys[static_cast<int>(unknown.why)]) + ' ' + std::to_string(unknown.status);
}

constexpr const char* kCore =
    R"({"resources": [{"name": "pods", "kind": "Pod", "namespaced": true},
        {"name": "pods/log", "kind": "Pod", "namespaced": true}, 7, {"name": "broken"},
        {"name": "nodes", "kind": "Node", "namespaced": false}]})";

TEST(ResourceKindsTest, AsksOnceAndGivesPaths) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) { peer.reply(200, kCore); });
  ResourceKinds kinds(scene.client());
  EXPECT_EQ(find(scene, kinds, "v1", "Pod"), "/api/v1/namespaces/ml/pods/x%20y");
  EXPECT_EQ(find(scene, kinds, "v1", "Node"), "/api/v1/nodes/x%20y");
  EXPECT_EQ(scene.server.seen().size(), 1U);
}

TEST(ResourceKindsTest, AsksAgainForAKindThatWasMissing) {
  ClientScene scene([](const SeenRequest& request, ServerPeer& peer) {
    peer.reply(200,
               request.number == 1
                   ? R"({"resources": []})"
                   : R"({"resources": [{"name": "rays", "kind": "Ray", "namespaced": true}]})");
  });
  ResourceKinds kinds(scene.client());
  EXPECT_EQ(find(scene, kinds, "ray.io/v1", "Ray"), "no kind 404");
  EXPECT_EQ(find(scene, kinds, "ray.io/v1", "Ray"), "/apis/ray.io/v1/namespaces/ml/rays/x%20y");
  EXPECT_EQ(scene.server.seen().at(0).path, "/apis/ray.io/v1");
  kinds.forget("ray.io/v1");
  find(scene, kinds, "ray.io/v1", "Ray");
  EXPECT_EQ(scene.server.seen().size(), 3U);
}

TEST(ResourceKindsTest, SaysWhyAKindIsUnknown) {
  ClientScene scene([](const SeenRequest& request, ServerPeer& peer) {
    const int status = std::stoi(request.path.substr(request.path.rfind('/') + 1));
    status == 0 ? peer.close() : peer.reply(status);
  });
  ResourceKinds kinds(scene.client());
  EXPECT_EQ(find(scene, kinds, "g/404", "X"), "no group 404");
  EXPECT_EQ(find(scene, kinds, "g/403", "X"), "refused 403");
  EXPECT_EQ(find(scene, kinds, "g/500", "X"), "unreachable 500");
  EXPECT_EQ(find(scene, kinds, "g/0", "X"), "unreachable 0");
}

TEST(ResourceKindsTest, AsksOnceForAllThatWait) {
  ClientScene scene([](const SeenRequest&, ServerPeer& peer) { peer.reply(200, kCore); });
  ResourceKinds kinds(scene.client());
  int found = 0;
  for (int i = 0; i < 3; ++i) {
    kinds.find("v1", "Pod", [&](const ResourceKinds::Found&) { ++found; });
  }
  scene.run_until([&] { return found == 3; });
  EXPECT_EQ(scene.server.seen().size(), 1U);
}

}  // namespace
}  // namespace berth
