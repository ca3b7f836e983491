#!/bin/bash
# Shared by start.sh and install.sh of each family; precedes their text.
# shellcheck disable=SC2034,SC2317  # for the text that follows
work=/run/k8s-image/packages
# The build's proxy, if there is one: roles/base/tasks/use_proxy.yml.
# shellcheck source=/dev/null
[[ ! -e /run/k8s-image/proxy ]] || . /run/k8s-image/proxy

# Whether a file is missing or has another text, apart from line ends at its end.
differs() { [[ ! -e $1 || $(<"$1") != "$(printf %s "$2")" ]]; }

# Prints the units of ENABLED that are not enabled.
disabled() {
  local unit
  for unit in "${ENABLED[@]}"; do systemctl --quiet is-enabled "$unit" 2>/dev/null || echo "enable $unit"; done
}

# An AMI for EKS has its own kubelet and containerd, and nodeadm, which configures them.
refuse_eks() {
  [[ -d /etc/eks ]] || return 0
  echo "the base AMI is EKS-optimised: nodeadm configures its kubelet and containerd, and this image would replace both; build from the distribution's own AMI" >&2
  exit 1
}

# in_background NAME...: runs install.sh in its own unit, with these variables. It has priority, since everything else ends earlier.
in_background() {
  declare -p "$@" >"$work/order.sh"
  printf '%s\n' "$INSTALL" >"$work/install.sh"
  systemctl reset-failed k8s-image-packages.service 2>/dev/null || true
  systemd-run --quiet --collect --unit=k8s-image-packages --nice=-10 --property="RuntimeMaxSec=$LIMIT" /bin/bash "$work/install.sh"
}

# Undoes temporary settings of install.sh, however it ends.
undo() { :; }
finish() {
  local code=$?
  undo
  echo "$code" >"$work/status.new"
  mv "$work/status.new" "$work/status"
}

# Makes install.sh write its exit code. At its unit's time limit, that would be the code of an earlier command.
note_end() {
  trap finish EXIT
  trap 'exit 143' TERM
}

# Fetches a file and verifies its sum: SHA256 URL FILE.
fetch() {
  local attempt sum
  for attempt in 1 2 3; do
    python3 -c 'import shutil, sys, urllib.request; shutil.copyfileobj(urllib.request.urlopen(sys.argv[1], timeout=60), open(sys.argv[2], "wb"))' \
      "$2" "$3" && break
    ((attempt < 3)) || { echo "E: $2 could not be fetched"; exit 1; }
    sleep "$attempt"
  done
  sum=$(sha256sum "$3")
  [[ ${sum%% *} == "$1" ]] || { echo "E: $2 has sha256 ${sum%% *} instead of $1"; exit 1; }
}
