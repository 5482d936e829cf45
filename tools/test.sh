#!/bin/bash
# Runs all tests of build/dev, Ray's too, and ends with one line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

venv=$(tools/ray.sh) || exit 1
results=$PWD/build/dev/results
rm -rf "$results"
mkdir -p "$results/cases"
export PATH="$venv/bin:$PATH" BERTH_RAY_VENV="$venv" GTEST_OUTPUT="xml:$results/cases/"
ctest --test-dir build/dev --output-on-failure --parallel "$(nproc)" \
  --output-junit "$results/programs.xml" </dev/null
status=$?
python3 tools/totals.py "$results" >"$results/totals" || status=1
cat "$results/totals"
exit "$status"
