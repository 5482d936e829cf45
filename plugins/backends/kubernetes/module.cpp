#include "kubernetes_backend.hpp"

BERTH_MODULE(berth::define_backend<berth::KubernetesBackend>(
    "kubernetes", "1.0.0", "Jobs as custom resources of a Kubernetes cluster"))
