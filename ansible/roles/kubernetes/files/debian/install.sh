#!/bin/bash
# One apt transaction: installs PACKAGES without recommended packages, holds HELD and enables ENABLED.
# The log and the final exit code are in /run/k8s-image/packages. Follows lib.sh; start.sh wrote the variables.
# shellcheck disable=SC2153,SC2154  # set by lib.sh and the text before it
set -euo pipefail
umask 022
policy=/usr/sbin/policy-rc.d
exec >"$work/log" 2>&1
# On Ubuntu, needrestart would restart services of an instance that will soon be stopped.
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin

ours=
undo() { [[ -z $ours ]] || rm -f "$policy"; }
note_end
# shellcheck source=/dev/null
. "$work/order.sh"

# The node's own updates would hold the lock.
systemctl stop apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service || true
# No service may start here, only on nodes that boot from the image.
if [[ ! -e $policy ]]; then
  ours=yes
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 0755 "$policy"
fi

# Settings of this build, outside of /etc, so that none stay in the image.
# /opt/cni/bin belongs to the pinned CNI plugins. kubernetes-cni would install older ones there.
options=(
  -o APT::Install-Recommends=false -o APT::Update::Error-Mode=any -o Acquire::Languages=none -o Acquire::PDiffs=false
  -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o Acquire::http::Proxy::127.0.0.1=DIRECT
  -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dir::Etc::SourceParts="$work/sources.d"
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io
  -o 'Dpkg::Options::=--path-exclude=/opt/cni/bin/*')
apt=(apt-get --quiet --yes "${options[@]}")
# The nodes' proxy is not the build's.
cp -r /etc/apt/apt.conf.d "$work/apt.conf.d"
rm -f "$work/apt.conf.d/53k8s-node-proxy"
echo "Dir::Etc::Parts \"$work/apt.conf.d\";" >"$work/apt.conf"
export APT_CONFIG=$work/apt.conf
"${apt[@]}" update
# The index must have the plan's sums, because apt verifies each file against the index.
if ((${#SHA256[@]})); then
  declare -A offered=()
  while read -r package sum; do [[ ${offered[$package]:-} == "$sum" ]] || offered[$package]+=$sum; done < <(
    apt-cache "${options[@]}" show "${!SHA256[@]}" | awk '/^Package: / { name = $2 } /^Version: / { version = $2 } /^SHA256: / { print name "=" version, $2 }')
  for package in "${!SHA256[@]}"; do
    [[ ${offered[$package]:-} == "${SHA256[$package]}" ]] ||
      { echo "E: $package has sha256 ${offered[$package]:-(not found)} instead of ${SHA256[$package]}"; exit 1; }
  done
fi
# A package that no repository has.
if [[ -n $AGENT_URL ]]; then
  fetch "$AGENT_SHA256" "$AGENT_URL" "$work/agent.deb"
  PACKAGES+=("$work/agent.deb")
fi
"${apt[@]}" --allow-change-held-packages install "${PACKAGES[@]}"
((${#HELD[@]} == 0)) || apt-mark hold "${HELD[@]}"
systemctl --no-reload enable "${ENABLED[@]}"
if [[ -e /run/snapd.socket ]]; then
  if [[ $HOLD_SNAPS == yes ]]; then snap refresh --hold; else snap refresh --unhold; fi
fi
