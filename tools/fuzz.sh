#!/bin/bash
# Builds the fuzz targets with clang and feeds each for a short while, always in the same way:
# tools/fuzz.sh [TARGET...]. BERTH_FUZZ_SECONDS=600 goes on for so long with another seed each time,
# and keeps what it finds in build/fuzz/corpus. What breaks a target is kept, too, and told.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh
renice -n 19 $$ >/dev/null  # ten minutes of compiling, beside which other tests run

clang=clang++-16
targets=(request job_file site_file http_head)
# Chosen so that each takes a few seconds: those that read files are slower.
declare -A runs=([request]=40000 [job_file]=15000 [site_file]=4000 [http_head]=150000)
build=build/fuzz

build() {
  cmake --preset fuzz && cmake --build "$build" --target fuzzers --parallel "$(nproc)"
}

reproduce() {  # TARGET FILE
  complain "fuzz_$1 broke. To see it again, from the top of the tree:"
  complain "  tools/fuzz.sh --build && $build/fuzz/fuzz_$1 $2"
  complain "  (as text: base64 -d <<<'$(base64 -w0 "$2" | head -c 4000)')"
}

feed() {  # TARGET
  local target=$1 corpus=$build/corpus/$1 broken=$build/broken/$1 log=$build/$1.log status=0 how
  if [ -n "${BERTH_FUZZ_SECONDS:-}" ]; then
    how=(-max_total_time="$BERTH_FUZZ_SECONDS")
  else
    rm -rf "$corpus"  # every run the same
    how=(-seed=1 -runs="${runs[$target]}")
  fi
  mkdir -p "$corpus" "$broken"
  UBSAN_OPTIONS=print_stacktrace=1 "$build/fuzz/fuzz_$target" "${how[@]}" -max_len=8192 -timeout=20 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$broken/" "$corpus" \
    "tests/fuzz/seeds/$target" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 40 "$log" >&2
    reproduce "$target" "$(ls -t "$broken"/* 2>/dev/null | head -n 1)"
    return 1
  fi
  awk -v name="fuzz_$target" '/number_of_executed_units/ { runs = $2 } /cov: / { covered = $0 }
    END { sub(/.*cov: /, "", covered); sub(/ .*/, "", covered)
          printf "%s: %d inputs, %d places reached, none broke it\n", name, runs, covered }' "$log"
}

if ! command -v "$clang" >/dev/null; then
  echo "there is no $clang: tools/needs.sh installs it"
  exit 77
fi
quietly "Building the fuzz targets" "$build.log" build || exit 1
if [ "${1:-}" = --build ]; then exit 0; fi
[ $# -eq 0 ] || targets=("$@")
failed=0
for target in "${targets[@]}"; do feed "$target" || failed=1; done
exit "$failed"
