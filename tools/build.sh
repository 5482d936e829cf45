#!/bin/bash
# Builds into build/dev: tools/build.sh [TARGET...], everything without one; "plugins" are all those
# that are installed. As many compilers at once as there are cores and memory for.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

# The hungriest files take about a gigabyte.
gib_for_each=1.5
jobs() {
  awk -v cores="$(nproc)" -v each="$gib_for_each" '/^MemAvailable:/ {
    fit = int($2 / 1048576 / each); n = fit < cores ? fit : cores; print n < 1 ? 1 : n }' /proc/meminfo
}

quietly "Configuring build/dev" build/configure.log cmake --preset dev
targets=()
for target in "$@"; do
  if [ "$target" = plugins ]; then
    targets+=($(ninja -C build/dev -t targets all | sed -n 's/^\(plugins\/[a-z_]*\.so\): .*/\1/p'))
  else
    targets+=("$target")
  fi
done
start=$SECONDS
say "Building ${*:-everything}, $(jobs) at once"
cmake --build build/dev --parallel "$(jobs)" ${1:+--target "${targets[@]}"} >&2
say "Built in $((SECONDS - start)) s"
