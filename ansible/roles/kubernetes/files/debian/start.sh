#!/bin/bash
# Starts INSTALL (the text of install.sh) as a unit of its own, unless every package is there, held and enabled already.
# Prints what is missing. Environment: INSTALL PACKAGES HELD ENABLED REPOSITORY (empty: none) REPOSITORY_FETCHED_FROM REPOSITORY_KEY LIMIT
#              SUMS (`PACKAGE SHA256 URL` of each of PACKAGES that the plan names a sum of, one behind the other)
#              HOLD_SNAPS (yes: snaps are not refreshed; no: they are)
#              AGENT (`SHA256 URL` of a package that is no repository's; empty: none)
set -euo pipefail
umask 022
work=/run/k8s-image/packages
if [[ -d /etc/eks ]]; then
  echo "the base AMI is EKS-optimised: nodeadm sets its kubelet and containerd up, and this image's would take their place. Use the distribution's own AMI" >&2
  exit 1
fi

missing() {
  local want name version have
  declare -A installed=()
  while read -r name have; do installed[$name]=$have; done < <(
    dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' | sed -n 's/^installed //p')
  for want in $PACKAGES; do
    name=${want%%=*} version='*'
    [[ $want == *=* ]] && version=${want#*=}
    # shellcheck disable=SC2053  # a version may be a pattern, such as 1.37.2-*
    [[ -n ${installed[$name]:-} && ${installed[$name]} == $version ]] || echo "$want"
  done
}

# dpkg knows; apt-mark would leave a cache behind.
unheld() {
  [[ -n $HELD ]] || return 0
  comm -23 <(tr ' ' '\n' <<<"$HELD" | sort) \
    <(dpkg-query -W -f '${db:Status-Want} ${Package}\n' | sed -n 's/^hold //p' | sort) | sed 's/^/hold /'
}

disabled() {
  local unit
  for unit in $ENABLED; do systemctl --quiet is-enabled "$unit" 2>/dev/null || echo "enable $unit"; done
}

# snapd refreshes by itself whatever apt is told, the Systems Manager agent of Ubuntu among others.
wrong_snaps() {
  local held=no
  [[ -e /run/snapd.socket ]] || return 0
  ! snap refresh --time 2>/dev/null | grep -q '^hold: forever' || held=yes
  [[ $held == "$HOLD_SNAPS" ]] || echo "snaps held: $HOLD_SNAPS"
}

# Whatever either ends with.
differs() { [[ ! -e $1 || $(<"$1") != "$(printf %s "$2")" ]]; }

sources() { printf 'Types: deb\nURIs: %s\nSuites: /\nSigned-By: /etc/apt/keyrings/kubernetes.asc' "$1"; }

install -d -m 0700 "$work"
# What stays in the image names upstream, wherever this build fetches from.
if [[ -n $REPOSITORY ]] && { differs /etc/apt/keyrings/kubernetes.asc "$REPOSITORY_KEY" ||
  differs /etc/apt/sources.list.d/kubernetes.sources "$(sources "$REPOSITORY")"; }; then
  install -d -m 0755 /etc/apt/keyrings
  printf '%s\n' "$REPOSITORY_KEY" >/etc/apt/keyrings/kubernetes.asc
  printf '%s\n' "$(sources "$REPOSITORY")" >/etc/apt/sources.list.d/kubernetes.sources
  echo /etc/apt/sources.list.d/kubernetes.sources
fi

rm -f "$work/status"
todo=$(missing)
[[ -z $AGENT ]] || dpkg-query -W amazon-ssm-agent >/dev/null 2>&1 || todo+=$'\n'amazon-ssm-agent
[[ -n $todo ]] || todo=$(unheld; disabled; wrong_snaps)
if [[ -z $todo ]]; then
  echo 0 >"$work/status"
  exit 0
fi
echo "$todo"

# For this build only: the node's own sources and Kubernetes' from where it is to be fetched.
rm -rf "$work/sources.d" "$work/apt.conf.d"
cp -r /etc/apt/sources.list.d "$work/sources.d"
[[ -z $REPOSITORY ]] || printf '%s\n' "$(sources "$REPOSITORY_FETCHED_FROM")" >"$work/sources.d/kubernetes.sources"
printf '%s\n' "$INSTALL" >"$work/install.sh"
systemctl reset-failed k8s-image-packages.service 2>/dev/null || true
# First in line for a processor: everything else is done before it is.
systemd-run --quiet --collect --unit=k8s-image-packages --nice=-10 --property="RuntimeMaxSec=$LIMIT" \
  --setenv="PACKAGES=$PACKAGES" --setenv="SUMS=$SUMS" --setenv="HELD=$HELD" --setenv="ENABLED=$ENABLED" --setenv="AGENT=$AGENT" --setenv="HOLD_SNAPS=$HOLD_SNAPS" \
  /bin/bash "$work/install.sh"
