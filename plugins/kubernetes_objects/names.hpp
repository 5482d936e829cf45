// The names that Berth writes on objects of Kubernetes.
#pragma once

#include <string_view>

namespace berth::kube {

// Labels: of the custom resource, of secrets and of every pod.
inline constexpr std::string_view kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr std::string_view kManagedBy = "berth";
inline constexpr std::string_view kInstanceLabel = "berth.dev/instance";
inline constexpr std::string_view kJobLabel = "berth.dev/job-id";
inline constexpr std::string_view kAttemptLabel = "berth.dev/attempt";
inline constexpr std::string_view kProjectLabel = "berth.dev/project";
inline constexpr std::string_view kOwnerLabel = "berth.dev/owner";
inline constexpr std::string_view kPoolLabel = "berth.dev/pool";
inline constexpr std::string_view kGroupLabel = "berth.dev/group";  // of pods alone
inline constexpr std::string_view kLabelPrefix = "berth.dev/";      // nobody else's

// Annotations of the custom resource.
inline constexpr std::string_view kEpochAnnotation = "berth.dev/epoch";
inline constexpr std::string_view kEndpointsAnnotation = "berth.dev/endpoints";
inline constexpr std::string_view kMainAnnotation = "berth.dev/main";
// The main container of each group, {"head": "ray-head"}.
inline constexpr std::string_view kContainersAnnotation = "berth.dev/containers";
inline constexpr std::string_view kUserAnnotation = "berth.dev/user";
// What a manifest called itself; only objects that were made from one have it.
inline constexpr std::string_view kManifestNameAnnotation = "berth.dev/manifest-name";

// Of others: whoever writes this label has Kueue start the object when there is room.
inline constexpr std::string_view kKueueQueueLabel = "kueue.x-k8s.io/queue-name";

}  // namespace berth::kube
