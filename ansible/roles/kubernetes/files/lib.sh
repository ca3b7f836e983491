#!/bin/bash
# Goes before start.sh and install.sh of each family: what they share.
# shellcheck disable=SC2034,SC2317  # for whatever follows
work=/run/k8s-image/packages
# The build's proxy, where there is one: roles/base/tasks/use_proxy.yml.
# shellcheck source=/dev/null
[[ ! -e /run/k8s-image/proxy ]] || . /run/k8s-image/proxy

# Whether a file is not there, or holds another text, whatever either ends with.
differs() { [[ ! -e $1 || $(<"$1") != "$(printf %s "$2")" ]]; }

# Prints the units of ENABLED that are not.
disabled() {
  local unit
  for unit in "${ENABLED[@]}"; do systemctl --quiet is-enabled "$unit" 2>/dev/null || echo "enable $unit"; done
}

# An AMI for EKS has kubelet and containerd of its own, and nodeadm, which sets them up.
refuse_eks() {
  [[ -d /etc/eks ]] || return 0
  echo "the base AMI is EKS-optimised: nodeadm sets its kubelet and containerd up, and this image's own would take their place; build from the distribution's own AMI" >&2
  exit 1
}

# in_background NAME...: install.sh as a unit of its own, with these variables, first in line for a processor: all else is done before it is.
in_background() {
  declare -p "$@" >"$work/order.sh"
  printf '%s\n' "$INSTALL" >"$work/install.sh"
  systemctl reset-failed k8s-image-packages.service 2>/dev/null || true
  systemd-run --quiet --collect --unit=k8s-image-packages --nice=-10 --property="RuntimeMaxSec=$LIMIT" /bin/bash "$work/install.sh"
}

# What install.sh has to take back, however it ends.
undo() { :; }
finish() {
  local code=$?
  undo
  echo "$code" >"$work/status.new"
  mv "$work/status.new" "$work/status"
}

# Fetches a file whose sum is known, and vouches for it: SHA256 URL FILE.
fetch() {
  local attempt sum
  for attempt in 1 2 3; do
    python3 -c 'import shutil, sys, urllib.request; shutil.copyfileobj(urllib.request.urlopen(sys.argv[1], timeout=60), open(sys.argv[2], "wb"))' \
      "$2" "$3" && break
    ((attempt < 3)) || { echo "E: $2 could not be fetched"; exit 1; }
    sleep "$attempt"
  done
  sum=$(sha256sum "$3")
  [[ ${sum%% *} == "$1" ]] || { echo "E: $2 has the sha256 ${sum%% *}, wanted is $1"; exit 1; }
}
