#!/usr/bin/env bash
# Installs both MPI libraries, which tests of process groups use, and what makes a network of two hosts in one machine, where it can (root on
# Debian or Ubuntu), and says plainly what it could not.
# Debian has them beside each other: mpirun.openmpi and mpiexec.hydra (MPICH).
# Exit code 1 with CI=true when one is missing; else 0.
set -u -o pipefail

say() { echo "mpi: $*"; }
missing() {
  command -v mpirun.openmpi >/dev/null || echo openmpi-bin
  command -v mpiexec.hydra >/dev/null || echo mpich
  { command -v ip && command -v tc; } >/dev/null || echo iproute2
}

packages=$(missing)
[[ -z $packages ]] && exit 0
if [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  say "installing" $packages
  # shellcheck disable=SC2086 # One word a package.
  install() { apt-get -q install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $packages >"$log" 2>&1; }
  install || { apt-get -q update >"$log" 2>&1 && install; } || { sleep 10 && apt-get -q update >"$log" 2>&1 && install; } ||
    say "$(grep -E '^(E|W):' "$log" | tail -n 1)"
fi
packages=$(missing)
[[ -z $packages ]] && exit 0
say "not here:" $packages "(only root on Debian or Ubuntu can install them): their live tests are skipped"
[[ ${CI:-} != true ]]
