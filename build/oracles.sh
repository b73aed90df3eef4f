#!/usr/bin/env bash
# Makes the real PyTorch versions that live tests compare with, where it can (root on Debian or Ubuntu), and says plainly
# what it could not make. Debian serves three: bookworm 1.13.1 as a package, trixie 2.6.0 and forky 2.14.1, each in a root
# folder of its own under $PTH_ORACLES (/var/cache/pth/oracles), made once and run with chroot.
# Exit code 1 with CI=true when one is missing that Debian serves; else 0.
set -u -o pipefail

oracles=${PTH_ORACLES:-/var/cache/pth/oracles}
python113=${PTH_PYTHON_1_13:-/usr/bin/python3}
missing=0
log=$(mktemp)
temporary=''
trap 'rm -rf --one-file-system "$log" ${temporary:+"$temporary"}' EXIT
trap 'exit 130' INT TERM

say() { echo "oracles: $*"; }
# Missing, and not for want of Debian.
lacks() {
  say "$*"
  missing=1
}
three_times() {
  "$@" >"$log" 2>&1 || { sleep 2 && "$@" >"$log" 2>&1; } || { sleep 10 && "$@" >"$log" 2>&1; }
}
last_error() { grep -E '^(E|W|error):|Error' "$log" | tail -n 1 | grep . || tail -n 1 "$log"; }
has_torch() { # VERSION COMMAND...
  local version=$1
  shift
  "$@" -c "import sys, torch, numpy; torch.__version__.startswith('$version') or sys.exit(f'Error: it is {torch.__version__}')"
}

can_install=no
if [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null; then can_install=yes; fi
export DEBIAN_FRONTEND=noninteractive
updated=no
install() {
  if [[ $updated == no ]]; then
    three_times apt-get -q update || say "apt-get update: $(last_error)"
    updated=yes
  fi
  three_times apt-get -q install -y --no-install-recommends "$@"
}

# Debian's 1.13.1 calls itself 1.13.0a0.
make_1_13() {
  has_torch 1.13. "$python113" >/dev/null 2>&1 && return
  if [[ $can_install == no ]]; then
    lacks "no PyTorch 1.13.1 at $python113, and only root on Debian or Ubuntu can install it: its live tests are skipped"
    return
  fi
  say "installing python3-torch"
  if ! install python3-torch python3-numpy; then
    lacks "no PyTorch 1.13.1: $(last_error): its live tests are skipped"
  elif ! has_torch 1.13. "$python113" >"$log" 2>&1; then
    lacks "no PyTorch 1.13.1 at $python113 (Debian 12 has it): $(last_error): its live tests are skipped"
  fi
}

# Its models are what Pth.Torch.Models are compared with.
make_torchvision() {
  "$python113" -c 'import torchvision' >/dev/null 2>&1 && return
  if [[ $can_install == no ]]; then
    lacks "no torchvision at $python113, and only root on Debian or Ubuntu can install it: its live tests are skipped"
    return
  fi
  say "installing python3-torchvision"
  if ! install python3-torchvision; then
    lacks "no torchvision: $(last_error): its live tests are skipped"
  elif ! "$python113" -c 'import torchvision' >"$log" 2>&1; then
    lacks "no torchvision at $python113: $(last_error): its live tests are skipped"
  fi
}

# The version of python3-torch that Debian serves in a suite, asked with an apt configuration of its own.
served_version() {
  local folder=$oracles/.apt-$1 options
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $1 main" >"$folder/sources.list"
  options=(-q -o "Dir::Etc::SourceList=$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o Acquire::Languages=none
    -o Acquire::Check-Valid-Until=false -o APT::Update::Error-Mode=any)
  three_times apt-get "${options[@]}" update && apt-cache "${options[@]}" madison python3-torch | cut -d'|' -f2 | tr -d ' ' | head -n 1
  local result=$?
  rm -rf "$folder"
  return $result
}

debootstrap() { # SUITE FOLDER
  local options=(--aptopt='Acquire::Check-Valid-Until "false"') line
  # It takes none of this machine's apt settings, and needs its proxies.
  while read -r line; do options+=(--aptopt="$line"); done < <(apt-config dump | grep -iE '^Acquire::https?::Proxy ')
  rm -rf --one-file-system "$2"
  timeout 900 mmdebstrap --variant=minbase --include=python3-torch,python3-safetensors,python3-numpy "${options[@]}" "$1" "$2"
}

make_root() { # VERSION SUITE...
  local version=$1 folder=$oracles/torch-$1 suite reason=''
  shift
  [[ -x $folder/usr/bin/python3 && $EUID -eq 0 ]] && return
  if [[ $can_install == no ]]; then
    lacks "no PyTorch $version in $folder, and only root on Debian or Ubuntu can make it: its live tests are skipped"
    return
  fi
  if ! { command -v mmdebstrap && [[ -f /usr/share/keyrings/debian-archive-keyring.gpg ]]; } >/dev/null &&
    ! install mmdebstrap debian-archive-keyring; then
    lacks "no PyTorch $version: mmdebstrap could not be installed: $(last_error): its live tests are skipped"
    return
  fi

  for suite in "$@"; do
    local served
    if ! served=$(served_version "$suite"); then
      reason+="; $suite: $(last_error)"
    elif [[ $served != "$version"[+-]* ]]; then
      reason+="; $suite has ${served:-none}"
    else
      say "making PyTorch $version from Debian $suite in $folder, about a minute and 1.4 GB"
      temporary=$folder.new
      if three_times debootstrap "$suite" "$temporary" && three_times has_torch "$version" chroot "$temporary" python3; then
        rm -rf --one-file-system "$folder"
        mv "$temporary" "$folder"
        return
      fi
      lacks "PyTorch $version could not be made from Debian $suite in three tries: $(last_error): its live tests are skipped"
      rm -rf --one-file-system "$temporary"
      return
    fi
  done
  say "Debian does not serve PyTorch $version here (${reason#; }): its live tests are skipped"
}

make_1_13
make_torchvision
if mkdir -p "$oracles" 2>/dev/null && exec 9>"$oracles/.lock"; then
  # One at a time: whoever waited finds the folders made.
  flock 9
fi
make_root 2.6.0 trixie
make_root 2.14.1 forky sid

[[ ${CI:-} != true || $missing -eq 0 ]]
