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

results=$PWD/build/dev/results
run_tests() { # name of the results, what chooses the tests...
  local name=$1
  shift
  ctest --test-dir build/dev --output-on-failure --parallel "$(nproc)" "$@" \
    --output-junit "$results/$name.xml" </dev/null
}

# Labels: what comes first is all but those of `not_first`; `last` comes after it.
case "${1:-ordinary}" in
  ordinary) not_first=kubernetes last= ;;
  kubernetes) not_first= last=kubernetes ;;
  all) not_first='kubernetes|long' last='kubernetes|long' ;;
  *) echo "which ones? tools/test.sh [ordinary|kubernetes|all]" >&2; exit 2 ;;
esac
ray=$(tools/venv.sh ray) && spark=$(tools/venv.sh spark) || exit 1
rm -rf "$results"
mkdir -p "$results/cases"
export PATH="$ray/bin:$spark/bin:$PATH" BERTH_RAY_VENV="$ray" BERTH_SPARK_VENV="$spark"
export GTEST_OUTPUT="xml:$results/cases/"
# Those labelled `long` come last, and are left out, in words, where $BERTH_LONG_UNTIL (seconds since the
# epoch) is over by then: where a Kubernetes had to be built first, for one.
late() { [ -n "${BERTH_LONG_UNTIL:-}" ] && [ "$(date +%s)" -gt "$BERTH_LONG_UNTIL" ]; }
run_last() {
  if late; then
    echo "Left out for want of time: $(ctest --test-dir build/dev -N --label-regex long | sed -n 's/.*Test *#[0-9]*: //p' | xargs)"
    run_tests last --label-regex kubernetes --label-exclude long
  else
    run_tests last --label-regex "$last"
  fi
}

# A Kubernetes that is not there yet is built beside the ordinary tests, which mostly wait.
builder=
trap '[ -z "$builder" ] || pkill -TERM -P "$builder"' EXIT
if [ -n "$last" ]; then
  export -f prepare_kubernetes
  export packages
  nice -n 19 bash -c prepare_kubernetes &
  builder=$!
fi
status=0
[ -z "$not_first" ] || run_tests first --label-exclude "$not_first" || status=1
if [ -n "$builder" ]; then
  wait "$builder" || status=1
  run_last || status=1
fi
python3 tools/totals.py "$results" >"$results/totals" || status=1
cat "$results/totals"
exit "$status"
