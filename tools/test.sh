#!/bin/bash
# Runs tests of build/dev, those of Ray and Spark too, and ends with one line: N passed, N failed, N skipped.
# tools/test.sh [ordinary|kubernetes|all]: ordinary ones are all but those against real Kubernetes.
set -uo pipefail
cd "$(dirname "$0")/.."

packages="containerd runc containernetworking-plugins iptables iproute2 busybox-static openssl"

# What is missing afterwards is said by the tests, which are skipped then.
prepare_kubernetes() {
  tools/needs.sh $packages
  tools/kubernetes.sh >/dev/null || [ $? -eq 77 ]
}

case "${1:-ordinary}" in
  ordinary) chosen=(--label-exclude kubernetes) ;;
  kubernetes) chosen=(--label-regex kubernetes) ;;
  all) chosen=() ;;
  *) echo "which ones? tools/test.sh [ordinary|kubernetes|all]" >&2; exit 2 ;;
esac
ray=$(tools/venv.sh ray) && spark=$(tools/venv.sh spark) || exit 1
[ "${1:-ordinary}" = ordinary ] || prepare_kubernetes || exit 1
results=$PWD/build/dev/results
rm -rf "$results"
mkdir -p "$results/cases"
export PATH="$ray/bin:$spark/bin:$PATH" BERTH_RAY_VENV="$ray" BERTH_SPARK_VENV="$spark"
export GTEST_OUTPUT="xml:$results/cases/"
ctest --test-dir build/dev --output-on-failure --parallel "$(nproc)" "${chosen[@]}" \
  --output-junit "$results/programs.xml" </dev/null
status=$?
python3 tools/totals.py "$results" >"$results/totals" || status=1
cat "$results/totals"
exit "$status"
