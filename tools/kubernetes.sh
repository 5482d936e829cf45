#!/bin/bash
# Builds what a Kubernetes cluster for tests consists of from Go modules, if it is not there yet, and
# prints its folder: bin/ with the programs, crds/ with the definitions of Ray's and Spark's operators,
# samples/ with the manifests that they bring along, stages/ with what kwok does for pods and nodes: it
# lets pods run until a test ends them. It lies in a cache outside the tree, keyed by all versions. Two
# at once wait for each other; one that was interrupted is taken up where it stopped.
# Exit status 77: there is no Go of the version that it takes.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

go_needed=1.26
kubernetes=1.35.4
etcd=3.6.11
kwok=0.8.0
kuberay=1.6.1
spark_operator=2.5.2
coredns=1.15.0
recipe=3 # one more whenever the same versions are built in another way

kubernetes_programs="kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl"
kuberay_module=github.com/ray-project/kuberay/ray-operator
spark_operator_module=github.com/kubeflow/spark-operator/v2

is_new_enough() { # the version of a Go
  [ "$(printf '%s\n' "$go_needed" "$1" | sort -V | head -n 1)" = "$go_needed" ]
}

find_go() {
  local go version found=none
  for go in "$(command -v go || true)" /usr/local/go/bin/go; do
    [ -x "$go" ] || continue
    version=$(GOTOOLCHAIN=local "$go" env GOVERSION)
    found=${version#go}
    if is_new_enough "$found"; then PATH=$(dirname "$go"):$PATH; return; fi
  done
  complain "Kubernetes is built with Go $go_needed or newer, on the PATH or in /usr/local/go; found: $found"
  exit 77
}

# A module of our own in which the versions of one program's dependencies are chosen.
begin_module() { # name [line of its go.mod...]
  mkdir -p "$making/modules/$1"
  cd "$making/modules/$1"
  shift
  { printf 'module berth.test/bed\ngo %s.0\n' "$go_needed"; printf '%s\n' "$@"; } >go.mod
}

build() { # program package [linker flag...]
  local program=$1 package=$2
  shift 2
  go build -ldflags "-s -w $*" -o "$making/bin/.$program" "$package"
  mv "$making/bin/.$program" "$making/bin/$program"
}

# Its go.mod replaces what is developed with it by folders that are not in the module's archive: here
# they are replaced by their releases.
kubernetes_module() {
  local part replaced=()
  for part in $(published_with_kubernetes); do
    replaced+=("replace k8s.io/$part => k8s.io/$part v0.${kubernetes#1.}")
  done
  begin_module kubernetes "require k8s.io/kubernetes v$kubernetes" "${replaced[@]}"
  for part in $kubernetes_programs; do
    go get "k8s.io/kubernetes/cmd/$part@v$kubernetes"
  done
}

published_with_kubernetes() {
  go mod download -json "k8s.io/kubernetes@v$kubernetes" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p' |
    xargs sed -n 's|^[[:space:]]*k8s.io/\([a-z-]*\) => ./staging/.*|\1|p'
}

# Clients refuse an API server that does not know its version.
build_kubernetes() { # program
  cd "$making/modules/kubernetes"
  build "$1" "k8s.io/kubernetes/cmd/$1" -X "k8s.io/component-base/version.gitVersion=v$kubernetes"
}

build_etcd() {
  begin_module etcd
  cat >main.go <<'GO'
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
GO
  go get "go.etcd.io/etcd/server/v3/etcdmain@v$etcd"
  build etcd .
}

build_kwok() {
  begin_module kwok
  go get "sigs.k8s.io/kwok/cmd/kwok@v$kwok"
  build kwok sigs.k8s.io/kwok/cmd/kwok
}

build_kuberay() {
  begin_module kuberay
  go get "$kuberay_module@v$kuberay"
  build kuberay-operator "$kuberay_module"
}

# What a module replaces is only heeded where it is the main one.
build_spark_operator() {
  local replaced
  replaced=$(go mod download -json "$spark_operator_module@v$spark_operator" |
    sed -n 's/.*"GoMod": "\(.*\)".*/\1/p' | xargs sed -n '/^replace (/,/^)/p')
  begin_module spark-operator "$replaced"
  go get "$spark_operator_module/cmd/operator@v$spark_operator"
  build spark-operator "$spark_operator_module/cmd/operator"
}

# With what the tests' Corefile names, and without the clouds that its own main takes in.
build_coredns() {
  begin_module coredns
  cat >main.go <<'GO'
package main

import (
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
)

func main() { coremain.Run() }
GO
  go get "github.com/coredns/coredns@v$coredns"
  build coredns .
}

copy_definitions() {
  local modules stages
  modules=$(go env GOMODCACHE)
  stages=$modules/sigs.k8s.io/kwok@v$kwok/kustomize/stage
  mkdir -p "$making/crds" "$making/stages"
  install -m 644 "$modules/$kuberay_module@v$kuberay"/config/crd/bases/*.yaml \
    "$modules/$spark_operator_module@v$spark_operator"/config/crd/bases/*.yaml "$making/crds/"
  install -m 644 "$stages"/node/fast/node-initialize.yaml \
    "$stages"/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml \
    "$stages"/pod/fast/pod-{ready,delete}.yaml "$making/stages/"
}

# The operators' own examples, which Berth has to take. One of Spark's is a template, which is no YAML yet.
copy_samples() {
  local modules
  modules=$(go env GOMODCACHE)
  mkdir -p "$making/samples/kuberay" "$making/samples/spark"
  install -m 644 "$modules/$kuberay_module@v$kuberay"/config/samples/*.yaml "$making/samples/kuberay/"
  install -m 644 "$modules/$spark_operator_module@v$spark_operator"/examples/*.yaml "$making/samples/spark/"
  rm "$making/samples/spark/spark-pi-prometheus.yaml"
}

step=0
make() { # program title command...
  local program=$1 title=$2
  shift 2
  step=$((step + 1))
  [ -x "$making/bin/$program" ] || quietly "Building $title ($step of 11)" "$making/logs/$program.log" "$@"
}

make_all() {
  local program
  mkdir -p "$making/bin"
  make etcd "etcd $etcd" build_etcd
  [ -x "$making/bin/kubectl" ] ||
    quietly "Fetching Kubernetes $kubernetes" "$making/logs/kubernetes.log" kubernetes_module
  for program in $kubernetes_programs; do
    make "$program" "$program $kubernetes" build_kubernetes "$program"
  done
  make kwok "kwok $kwok" build_kwok
  make kuberay-operator "KubeRay's operator $kuberay" build_kuberay
  make spark-operator "Spark's operator $spark_operator" build_spark_operator
  make coredns "CoreDNS $coredns" build_coredns
  copy_definitions
  copy_samples
}

if [ "$(id -u)" -eq 0 ]; then usual=/var/cache/berth; else usual=$HOME/.cache/berth; fi
cache=${BERTH_CACHE:-$usual}
versions="$kubernetes $etcd $kwok $kuberay $spark_operator $coredns $recipe"
key=kubernetes-$kubernetes-$(printf %s "$versions" | sha256sum | cut -c 1-8)
folder=$cache/$key
making=$cache/.$key.partial

if [ ! -d "$folder" ]; then
  find_go
  export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOFLAGS="-mod=mod -buildvcs=false"
  umask 022
  mkdir -p "$cache"
  exec 9>"$cache/.lock-kubernetes"
  if ! flock -n 9; then
    say "Another one is building Kubernetes into $cache; waiting for it"
    flock 9
  fi
fi
if [ ! -d "$folder" ]; then
  trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
  say "Needs: a Kubernetes for tests, from Go modules; about 20 minutes the first time (cache: $cache)"
  make_all
  rm -rf "$making/modules"
  mv -T "$making" "$folder"
fi
echo "$folder"
