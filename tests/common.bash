# Sourced by the scripts in this folder: where their caches live, and how they get a missing tool.

cache=${ELITEA_HELPER_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/elitea-helper}

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# quietly LOG COMMAND...: the command's output is shown only if it fails.
quietly() {
  local log=$1
  shift
  mkdir -p "${log%/*}"
  "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}

# need PACKAGE...: installs the Debian packages that are not there yet.
need() {
  local package missing=() root=()
  command -v dpkg-query apt-get >/dev/null ||
    die "needs what Debian calls: $*. Without apt-get, install it by this system's own means"
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "run as root, or with sudo installed: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  printf 'installing %s\n' "${missing[*]}"
  # A package list of some other vendor may be out of reach; whether ours are is seen right after.
  quietly "$cache/apt-update.log" "${root[@]}" apt-get -q update || true
  quietly "$cache/apt-install.log" "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "${missing[@]}" ||
    die "could not install: ${missing[*]}"
}

# tool COMMAND PACKAGE...: installs the packages unless the command is there already.
tool() {
  command -v "$1" >/dev/null || need "${@:2}"
}
