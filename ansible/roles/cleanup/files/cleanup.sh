#!/bin/bash
# Removes the instance's identity and the build's leftovers. Prints what it removed.
# Logs, temporary files and histories are emptied silently: the login that runs this script writes into them, too.
# Environment: FAMILY PYTHON (program) EXTRA (further patterns to remove) LIST (text of sbom.py; empty: no list of components)
set -euo pipefail
shopt -s nullglob dotglob extglob
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

# Prints paths and removes them.
drop() {
  (($#)) || return 0
  printf '%s\n' "$@"
  rm -rf -- "$@"
}

# The list of components is made beside the rest, which does not affect it. packer/image/ansible.sh fetches it from memory, so that no
# image contains it.
list=/run/k8s-image-components.json lister=
if [[ -n $LIST ]]; then
  (umask 077 && exec "$PYTHON" - <<<"$LIST" >"$list" 2>"$list.said") &
  lister=$!
fi

# From here on, log to memory. Write no random seed when the instance stops.
journalctl --relinquish-var 2>/dev/null || true
systemctl stop syslog.socket rsyslog.service systemd-random-seed.service 2>/dev/null || true

# Makes cloud-init treat the next boot as the first.
# Its sudoers and sshd files stay: Packer still needs the former, and the latter disables passwords.
state=(/var/lib/cloud/!(seed))
if ((${#state[@]})); then
  echo /var/lib/cloud
  cloud-init clean --logs >/dev/null 2>&1 || rm -rf "${state[@]}"
fi
drop /etc/udev/rules.d/*-cloud-init-hook-hotplug.rules
drop /etc/netplan/50-cloud-init.yaml* /etc/network/interfaces.d/50-cloud-init* /etc/systemd/network/10-cloud-init-* \
  /etc/NetworkManager/system-connections/cloud-init-*.nmconnection
# The base image may have its own files of these names.
for file in /etc/sysconfig/network-scripts/ifcfg-*; do
  ! grep -q '^# Created by cloud-init' "$file" || drop "$file"
done
rules=/etc/udev/rules.d/70-persistent-net.rules
! grep -Eqs '^SUBSYSTEM=="net", ACTION=="add", DRIVERS==.*ATTR\{address\}==' "$rules" || drop "$rules"

# Identity.
drop /etc/ssh/ssh_host_*
if [[ $FAMILY == flatcar ]]; then
  # The next boot is a first boot: GRUB finds that file and starts Ignition. Without a machine ID, systemd enables Ignition's units.
  drop /etc/machine-id*
  if [[ ! -e /boot/flatcar/first_boot ]]; then
    install -d /boot/flatcar
    : >/boot/flatcar/first_boot
    echo /boot/flatcar/first_boot
  fi
elif [[ -s /etc/machine-id ]]; then
  echo /etc/machine-id
  : >/etc/machine-id
fi
# cloud-init gives each node its own name. A name that stays would be the node's name until then.
if [[ -s /etc/hostname ]]; then
  echo /etc/hostname
  : >/etc/hostname
fi
[[ -L /var/lib/dbus/machine-id ]] || drop /var/lib/dbus/machine-id*
# Debian's open-iscsi generates a name at its first start if it finds this word. Elsewhere, iscsi-init.service does if it finds no file.
if grep -qs '^InitiatorName=' /etc/iscsi/initiatorname.iscsi; then
  drop /etc/iscsi/initiatorname.iscsi
  [[ $FAMILY != debian ]] || echo 'GenerateName=yes' >/etc/iscsi/initiatorname.iscsi
fi
# The host's name for NVMe over fabrics, and registrations with Red Hat. RHUI's certificates are elsewhere.
for file in /etc/nvme/hostnqn /etc/nvme/hostid /etc/insights-client/machine-id; do
  [[ ! -e $file ]] || drop "$file"
done
drop /etc/pki/consumer/* /etc/pki/entitlement/* /var/lib/rhsm/cache/* /var/lib/rhsm/facts/*
drop /var/lib/systemd/random-seed* /var/lib/systemd/credential.secret* /loader/random-seed* /boot/efi/loader/random-seed* \
  /var/lib/dhcp/*.lease* /var/lib/dhcpcd/*.lease* /var/lib/NetworkManager/*.lease /var/lib/NetworkManager/secret_key*

# State of the Systems Manager agent. If one of its sessions carries this connection, that session's files go when the instance
# stops. A unit in memory removes them: it starts before the agent, so it stops after it. A session outlives its agent.
# Search by the kernel's name of 15 letters: this script itself is on command lines.
if pgrep -x ssm-session-wor >/dev/null; then
  drop /var/lib/amazon/ssm/!(i-*|ipc)
  cat >/run/systemd/system/k8s-image-ssm.service <<'UNIT'
[Unit]
Before=amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=-/usr/bin/pkill -KILL -x ssm-session-wor
ExecStop=/bin/sh -c 'rm -rf /var/lib/amazon/ssm/*'
UNIT
  systemctl daemon-reload
  systemctl start k8s-image-ssm.service
else
  systemctl stop amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service 2>/dev/null || true
  drop /var/lib/amazon/ssm/*
fi

# Packer's key for this build. Nothing else removes it. Ansible's own connection stays.
# Flatcar generates the file from authorized_keys.d.
login=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)
for file in "$login/.ssh/authorized_keys" /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys /home/*/.ssh/authorized_keys.d/*; do
  if [[ -f $file ]] && grep -Eq ' packer_[0-9a-f-]+$' "$file"; then
    sed -i -E '/ packer_[0-9a-f-]+$/d' "$file"
    echo "$file"
  fi
done

# Caches of apt and dnf.
drop /var/cache/dnf/* /var/cache/yum/* /var/cache/libdnf5/* /var/lib/dnf/history.sqlite*
drop /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/cache/debconf/*-old /var/lib/dpkg/*-old

# Swap of the base image, with which kubelet does not start.
if [[ -e /etc/fstab ]] && grep -Eq '^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' /etc/fstab; then
  sed -i -E 's/^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]/# &/' /etc/fstab
  echo /etc/fstab
fi

# The script that ran modules, if the build has a proxy: roles/base/tasks/use_proxy.yml.
drop /var/lib/k8s-image/python*

# Crash reports, the mark of the first boot, and the user's patterns.
# shellcheck disable=SC2086  # patterns, split and expanded on purpose
drop /var/lib/k8s-image/first-boot.done* /var/crash/* /var/lib/systemd/coredump/* $EXTRA

rm -rf /var/log/journal/* /run/log/journal/* /run/k8s-image /var/lib/chrony/* \
  /root/.bash_history /root/.cache /root/.gnupg /root/.ansible /root/.lesshst /root/.python_history /root/.viminfo /root/.wget-hsts \
  /home/*/.bash_history /home/*/.cache /home/*/.gnupg /home/*/.ansible /home/*/.lesshst /home/*/.python_history /home/*/.viminfo /home/*/.wget-hsts /home/*/.sudo_as_admin_successful
find /var/log -xdev -type f ! -name wtmp ! -name btmp ! -name lastlog -delete
find /var/log -xdev -type f -size +0 -exec truncate --size=0 {} +
# Running services remove their own files.
find /tmp /var/tmp -xdev -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' -exec rm -rf {} +

if [[ -n $lister ]] && ! wait "$lister"; then
  echo "the image's components could not be listed: $(tail -n 1 "$list.said")" >&2
  exit 1
fi
