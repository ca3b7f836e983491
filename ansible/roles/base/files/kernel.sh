#!/bin/bash
# Upgrades the installed kernel packages from the node's own sources. Prints what it upgraded. If the newest kernel in /boot is not the
# running one, also prints `reboot MINUTES`: the time until the planned shutdown, which a reboot cancels (0: none). Environment: FAMILY
set -euo pipefail
# The build's proxy, if there is one: roles/base/tasks/use_proxy.yml.
# shellcheck source=/dev/null
[[ ! -e /run/k8s-image/proxy ]] || . /run/k8s-image/proxy
if [[ $FAMILY == flatcar ]]; then
  echo "Flatcar does not support base_kernel_upgrade, since its kernel comes with its whole /usr: build from a newer base AMI" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin

if [[ $FAMILY == debian ]]; then
  # The node's own updates lock the package lists, and apt does not wait for that lock.
  systemctl stop apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service || true
  mapfile -t kernels < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'linux-image-*' 2>/dev/null | sed -n 's/^installed //p')
  before=$(dpkg-query -W -f '${Package} ${Version}\n' | sort)
  apt-get --quiet --quiet -o APT::Update::Error-Mode=any -o DPkg::Lock::Timeout=300 update >&2
  ((${#kernels[@]} == 0)) || apt-get --quiet --yes --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --only-upgrade "${kernels[@]}" >&2
  comm -13 <(echo "$before") <(dpkg-query -W -f '${Package} ${Version}\n' | sort)
else
  before=$(rpm -qa | sort)
  # Amazon Linux's repositories are pinned to the release of its AMI.
  release=()
  grep -q '^ID="\?amzn' /etc/os-release && release=(--releasever=latest)
  dnf --assumeyes --quiet "${release[@]}" upgrade 'kernel*' >&2
  comm -13 <(echo "$before") <(rpm -qa | sort)
fi

newest=$(find /boot -maxdepth 1 -name 'vmlinuz-*' ! -name '*rescue*' -printf '%f\n' | sed 's/^vmlinuz-//' | sort -V | tail -n 1)
if [[ -n $newest && $newest != "$(uname -r)" ]]; then
  at=$(sed -n 's/^USEC=//p' /run/systemd/shutdown/scheduled 2>/dev/null) || true
  echo "reboot $((${at:-0} ? at / 60000000 - $(date +%s) / 60 : 0))"
fi
