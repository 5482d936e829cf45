#!/bin/bash
# Names the Debian packages that are missing and installs them: tools/needs.sh [--list] [PACKAGE...]
# Without packages: all that building and testing Berth takes. --list only names what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

all="make g++ cmake ninja-build ccache pkg-config python3-venv openjdk-17-jre-headless
  libboost1.81-dev libtomlplusplus-dev libsqlite3-dev libspdlog-dev nlohmann-json3-dev
  libcli11-dev libyaml-cpp-dev libssl-dev librapidcheck-dev libgtest-dev
  prometheus-cpp-dev man-db dpkg-dev python3-jsonschema openssl clang-16 libclang-rt-16-dev"

is_installed() {
  dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

missing() {
  local package
  for package in "$@"; do
    is_installed "$package" || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    complain "installing packages takes root, and there is no sudo; as root run: apt-get install $*"
    return 1
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

# The lists of a new machine are empty or old.
install_packages() {
  apt_get install --no-install-recommends "$@" || {
    apt_get update && apt_get install --no-install-recommends "$@"
  }
}

if ! command -v apt-get >/dev/null; then
  complain "this is no Debian; install by hand what matches: $(echo $all)"
  exit 1
fi
only_list=no
if [ "${1:-}" = --list ]; then only_list=yes; shift; fi
[ $# -gt 0 ] || set -- $all
wanted=$(missing "$@")
if [ "$only_list" = yes ]; then
  [ -z "$wanted" ] || echo "$wanted"
elif [ -n "$wanted" ]; then
  count=$(echo "$wanted" | wc -l)
  say "Needs: $(echo $wanted) ($count Debian package$([ "$count" -eq 1 ] || echo s))"
  # A password may be asked for, once, before the output is put away.
  [ "$(id -u)" -eq 0 ] || ! command -v sudo >/dev/null || sudo -v
  quietly "Installing them" "$(mktemp)" install_packages $wanted
fi
