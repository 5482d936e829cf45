#!/bin/bash
# Runs all tests of build/dev, those of Ray and Spark too, and ends with one line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

ray=$(tools/venv.sh ray) && spark=$(tools/venv.sh spark) || exit 1
results=$PWD/build/dev/results
rm -rf "$results"
mkdir -p "$results/cases"
export PATH="$ray/bin:$spark/bin:$PATH" BERTH_RAY_VENV="$ray" BERTH_SPARK_VENV="$spark"
export GTEST_OUTPUT="xml:$results/cases/"
ctest --test-dir build/dev --output-on-failure --parallel "$(nproc)" \
  --output-junit "$results/programs.xml" </dev/null
status=$?
python3 tools/totals.py "$results" >"$results/totals" || status=1
cat "$results/totals"
exit "$status"
