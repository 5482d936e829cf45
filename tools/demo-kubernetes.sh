#!/bin/bash
# Real Ray and real Spark in pods of a real cluster, and a job that only the second cluster can take: raises both
# clusters, starts berthd on them, and shows where each job went, why, what came out, what Berth made, and
# that nothing is left. Safe to run again, after an interrupt too.
set -euo pipefail
cd "$(dirname "$0")/.."
site=etc/examples/two-clusters.toml
job_files=(etc/examples/ray-pi.yaml etc/examples/spark-pi.yaml)
. tools/demo_parts.sh

bed() { python3 -B tests/kubernetes/bed.py --folder "$run/bed" "$@"; }

raise_clusters() {
  local status=0
  bed down || status=$?  # those of an interrupted demo
  [ "$status" -ne 77 ] || { say "Skipped"; exit 77; }
  say "Raising two clusters, one of them with a true node: a minute, and 20 more to build Kubernetes the first time"
  bed up one --node >/dev/null || exit "$?"
  bed up two >/dev/null
  bed gpus one
  bed namespace one eta
  bed namespace one common --quota requests.nvidia.com/gpu=0
  bed template one >"$run/one.pod.json"
  bed nodes two gpu-a --count 4 --gpus 8 --product NVIDIA-H100-80GB-HBM3 >/dev/null
  kubectl=$(tools/kubernetes.sh)/bin/kubectl
}

after_all() { bed down; }

kubectl_of() {  # CLUSTER WORDS...
  "$kubectl" --kubeconfig "$run/bed/$1/kubeconfig" --cache-dir "$run/bed/kubectl" "${@:2}"
}

kinds_shown=rayjobs,rayclusters,sparkapplications,pods

show_objects() {  # CLUSTER
  printf '\n$ kubectl get %s -A --show-labels          # of cluster %s\n' "$kinds_shown" "$1"
  kubectl_of "$1" get "$kinds_shown" -A --show-labels
}

# A node has as many processors as this machine, which may be two: the examples with less of them.
make_smaller() {  # JOB-FILE; prints the new one
  local smaller
  smaller=$run/$(basename "$1")
  sed -E 's/(head|driver): \{cpu: 1,/\1: {cpu: 750m,/; s/(replicas: 2, cpu:) 1,/\1 500m,/' "$1" >"$smaller"
  echo "${smaller#"$PWD/"}"
}

# Both want more than half of that, so one goes after the other.
run_jobs() {
  local example file id
  for example in "${job_files[@]}"; do
    file=$(make_smaller "$example")
    printf '\n$ berth submit %s --wait\n' "$file"
    tell "$file" &
    children+=($!)
    until [ -s "$run/submitted-$(basename "$file")" ]; do
      kill -0 "${children[0]}" 2>/dev/null || return 1  # it was not accepted, and has said why
      sleep 0.1
    done
    id=$(cat "$run/submitted-$(basename "$file")")
    jobs+=("$id")
    if berth wait "$id" --for running --quiet --timeout 10m; then
      berth logs "$id" --role driver -f >"$run/log-$id" 2>&1 &  # logs go with pods
      children+=($!)
      show_objects one
    fi
    wait "${children[@]}" || true
    children=()
  done
}

run_wide() {
  local id
  title "A job that only the second cluster can take:"
  printf '\n$ berth submit etc/examples/ray-train.yaml\n'
  id=$(berth submit etc/examples/ray-train.yaml -o name)
  echo "$id"
  berth wait "$id" --for running --quiet --timeout 10m
  show berth explain "$id"
  show_objects two
  show berth kill "$id" --reason "seen enough"
  berth wait "$id" --quiet --timeout 5m || true
}

explain_all() {
  local job
  title "Where they ran, and why:"
  for job in "${jobs[@]}"; do show berth explain "$job"; done
  title "What came out, from their drivers' logs:"
  for job in "${jobs[@]}"; do
    echo "$job  $(grep -m1 "^pi is about" "$run/log-$job" || echo "no result; see $run/log-$job")"
  done
}

nothing_left() {
  local cluster left all=0
  title "What is left on the clusters:"
  for cluster in one two; do
    left=$(kubectl_of "$cluster" get "$kinds_shown,secrets" -A -l app.kubernetes.io/managed-by=berth -o name | wc -l)
    echo "objects of Berth's on $cluster: $left"
    all=$((all + left))
  done
  [ "$all" -eq 0 ]
}

trap finish EXIT
trap 'exit 130' INT TERM
prepare_run
stop_former
raise_clusters
start_berthd
end_unfinished "left by an interrupted demo"
site_line
show berth clusters
show berth pools --wide
run_jobs
run_wide
explain_all
nothing_left
stop_berthd
title "berthd has stopped, and the clusters go down. Its log: run/berthd.log. Next: plugins/backends/kubernetes/README.md."
