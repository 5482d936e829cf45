#!/bin/bash
# Makes the virtual environment that jobs of a type run with, if it is not there yet, and prints its
# folder: tools/venv.sh ray|spark. It lies in a cache outside the tree, keyed by version; jobs must be
# able to read it, whoever's they are. Two at once wait for each other; one that was interrupted leaves
# nothing that looks complete.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

case "${1:-}" in
  ray) title=Ray version=2.60.0 package="ray[default]" ;;
  spark) title=PySpark version=4.3.0 package=pyspark ;;
  *) complain "which one? tools/venv.sh ray|spark"; exit 2 ;;
esac

python=/usr/bin/python3
if [ "$(id -u)" -eq 0 ]; then usual=/var/cache/berth; else usual=$HOME/.cache/berth; fi
cache=${BERTH_CACHE:-$usual}
key=$1-$version-python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
venv=$cache/$key

fill() {
  "$python" -m venv --prompt "$key" "$1"
  "$1/bin/pip" install --quiet --no-compile --no-input "$package==$version"
}

# What pip wrote names the folder it was made in; after this it names the one it will lie in.
rename_within() {
  local from=$1 to=$2
  grep -rlIF "$from" "$from/bin" "$from/pyvenv.cfg" | xargs -r sed -i "s|$from|$to|g"
}

umask 022
mkdir -p "$cache"
exec 9>"$cache/.lock"
if ! flock -n 9; then
  say "Another one is installing into $cache; waiting for it"
  flock 9
fi
if [ ! -d "$venv" ]; then
  rm -rf "$cache"/.making-*
  making=$cache/.making-$key-$$
  trap 'rm -rf "$making"' EXIT
  say "Needs: $title $version from the Python index (cache: $cache)"
  quietly "Installing $title $version" "$cache/$key.log" fill "$making"
  rename_within "$making" "$venv"
  mv -T "$making" "$venv"
  "$venv/bin/python3" -m compileall -q "$venv/lib" >/dev/null 2>&1 || true
fi
echo "$venv"
