#!/usr/bin/env bash
# Builds the command line for ./pth: a native program where a C compiler is there to link it, else an ordinary one.
# What it makes lies in artifacts/pth: build-TIME-PID/ the program, stamp its name and the time it was begun, build.log,
# work/ for the compiler (apart from artifacts/bin, so that a build in an editor and this one never meet), lock.
# usage: build/pth.sh [PROGRAM], PROGRAM being the one that was found stale. It speaks on standard error only.
set -u
root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd) || exit 1
home=$root/artifacts/pth
log=$home/build.log
began=$home/stamp.new
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No server stays behind that would hold the lock.
export MSBUILDDISABLENODEREUSE=1

say() { echo "pth: $*" >&2; }

# The stamp is as old as the beginning of the build: what changes while it runs is built the next time.
publish() {
  local program=$1
  shift
  printf '%s\n' "$program" >"$began"
  dotnet publish "$root/src/Pth.Cli/Pth.Cli.csproj" -c Release -v minimal --artifacts-path "$home/work" \
    -o "$home/${program%/*}" -p:UseSharedCompilation=false "$@" </dev/null >>"$log" 2>&1 9>&- && [[ -f $home/$program ]]
}

build() {
  local name previous='' folder
  name=build-$(date -u +%Y%m%dT%H%M%S)-$$
  [[ -f $home/stamp ]] && read -r previous <"$home/stamp"
  : >"$log"

  if command -v gcc >/dev/null; then
    say "building the native program, about a minute (log: $log)"
    publish "$name/pth" -p:Aot=true
  elif command -v clang >/dev/null; then
    say "building the native program, about a minute (log: $log)"
    publish "$name/pth" -p:Aot=true -p:CppCompilerAndLinker=clang
  else
    say "building, about half a minute; with gcc or clang it would be a native program (log: $log)"
    publish "$name/Pth.Cli.dll"
  fi
  local result=$?
  # Where the sources are good, what failed is the native compiler or its linker.
  if ((result != 0)) && grep -q 'Generating native code\|NETSDK\|NU[0-9]' "$log"; then
    say "no native program could be made here; building an ordinary one"
    rm -rf "${home:?}/$name"
    publish "$name/Pth.Cli.dll"
    result=$?
  fi

  if ((result != 0)); then
    rm -rf "${home:?}/$name" "$began"
    say "the build failed:"
    { grep 'error' "$log" | sort -u | head -n 20 | grep . || tail -n 40 "$log"; } >&2
    say "the whole log is $log"
    return 1
  fi

  mv -f "$began" "$home/stamp"
  # The build before this one stays, for a call that has read the old stamp and not yet started it.
  for folder in "$home"/build-*/; do
    case $folder in
      */"$name"/ | */"${previous%/*}"/) ;;
      *) rm -rf "$folder" ;;
    esac
  done
}

# One build at a time. Where there is no flock (macOS), a folder is the lock, and one left by a dead process is taken over.
take_turn() {
  local owner
  if command -v flock >/dev/null; then
    exec 9>"$home/lock" && flock 9
    return
  fi
  until mkdir "$home/lock.d" 2>/dev/null; do
    owner=$(cat "$home/lock.d/pid" 2>/dev/null)
    if [[ -n $owner ]] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$home/lock.d"; else sleep 0.3; fi
  done
  echo $$ >"$home/lock.d/pid"
  trap 'rm -rf "$home/lock.d"' EXIT
}

if ! command -v dotnet >/dev/null; then
  say "found no dotnet, expected the .NET 10 SDK in PATH (https://dotnet.microsoft.com/download)"
  exit 1
fi
mkdir -p "$home" && take_turn || exit 1
# Whoever waited finds the work done when the stamp no longer names the program that ./pth found stale.
current=''
[[ -f $home/stamp ]] && read -r current <"$home/stamp"
[[ $current == "${1-}" ]] && { build || exit 1; }
exit 0
