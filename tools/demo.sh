#!/bin/bash
# A real Ray job and a real Spark job find their berths: builds, starts berthd on two local clusters,
# submits both at once, and shows where each ran, why, what came out, and that nothing is left. Safe to
# run again, after an interrupt too.
set -euo pipefail
cd "$(dirname "$0")/.."

site=etc/examples/local.toml
job_files=(etc/examples/ray-pi.yaml etc/examples/spark-pi.yaml)
. tools/demo_parts.sh

# Everything that a job starts has its id in the environment.
processes_of() {
  local environ count=0
  for environ in /proc/[0-9]*/environ; do
    if tr '\0' '\n' 2>/dev/null <"$environ" | grep -qx "BERTH_JOB=$1"; then count=$((count + 1)); fi
  done 2>/dev/null
  echo "$count"
}

# ---- the demo -----------------------------------------------------------------------------------
run_both() {
  local file
  printf '\n'
  for file in "${job_files[@]}"; do echo "$ berth submit $file --wait &"; done
  for file in "${job_files[@]}"; do
    tell "$file" &
    children+=($!)
  done
  wait "${children[@]}" || true
  children=()
  for file in "${job_files[@]}"; do jobs+=("$(cat "$run/submitted-$(basename "$file")")"); done
}

explain_both() {
  local job left all_left=0
  title "Where each ran, and why. The same plugins placed both:"
  for job in "${jobs[@]}"; do show berth explain "$job"; done
  title "Where they could be reached, while they ran:"
  for job in "${jobs[@]}"; do echo "$job"; sed 's/^/  /' "$run/endpoints-$job"; done
  title "What came out, from their logs:"
  for job in "${jobs[@]}"; do show berth logs "$job" --tail 1; done
  title "What is left of them:"
  for job in "${jobs[@]}"; do
    berth events "$job" | sed -n "1p; /Released/p"
    left=$(processes_of "$job")
    echo "processes of $job on this machine: $left"
    all_left=$((all_left + left))
  done
  [ "$all_left" -eq 0 ]
}

trap finish EXIT
trap 'exit 130' INT TERM
prepare_run
stop_former
start_berthd
end_unfinished "left by an interrupted demo"
site_line
run_both
explain_both
stop_berthd
title "berthd has stopped. Its log: run/berthd.log. Next: README.md, \"By hand\"."
