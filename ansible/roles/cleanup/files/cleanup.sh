#!/bin/bash
# Removes what makes this instance itself and no other, and what the build left lying about. Prints what it removed.
# Logs, temporary files and histories are emptied without a word: the login that runs this writes into them, too.
# Environment: FAMILY PYTHON (program) EXTRA (patterns to remove besides) LIST (text of sbom.py; empty: no list of components)
set -euo pipefail
shopt -s nullglob dotglob extglob
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

# Prints and removes.
drop() {
  (($#)) || return 0
  printf '%s\n' "$@"
  rm -rf -- "$@"
}

# The list of components is read while the rest works: nothing below changes what it is made of. packer/image/ansible.sh fetches it from
# memory, so that it is in no image.
list=/run/k8s-image-components.json lister=
if [[ -n $LIST ]]; then
  (umask 077 && exec "$PYTHON" - <<<"$LIST" >"$list" 2>"$list.said") &
  lister=$!
fi

# Log to memory from here on, and write no seed when the instance stops.
journalctl --relinquish-var 2>/dev/null || true
systemctl stop syslog.socket rsyslog.service systemd-random-seed.service 2>/dev/null || true

# cloud-init is to take the next boot for the first.
# Its sudoers and sshd files stay: Packer still needs the one, and the other shuts passwords out.
state=(/var/lib/cloud/!(seed))
if ((${#state[@]})); then
  echo /var/lib/cloud
  cloud-init clean --logs >/dev/null 2>&1 || rm -rf "${state[@]}"
fi
drop /etc/udev/rules.d/*-cloud-init-hook-hotplug.rules
drop /etc/netplan/50-cloud-init.yaml* /etc/network/interfaces.d/50-cloud-init* /etc/systemd/network/10-cloud-init-*

# Identity.
drop /etc/ssh/ssh_host_*
if [[ $FAMILY == flatcar ]]; then
  # The next boot is the first: GRUB looks for that file and starts Ignition, and without an ID systemd enables what Ignition names.
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
# cloud-init gives each node its own name; a name that stays is what a node calls itself before that.
if [[ -s /etc/hostname ]]; then
  echo /etc/hostname
  : >/etc/hostname
fi
[[ -L /var/lib/dbus/machine-id ]] || drop /var/lib/dbus/machine-id*
# open-iscsi makes a name at the first start.
if grep -qs '^InitiatorName=' /etc/iscsi/initiatorname.iscsi; then
  echo 'GenerateName=yes' >/etc/iscsi/initiatorname.iscsi
  echo /etc/iscsi/initiatorname.iscsi
fi
drop /var/lib/systemd/random-seed* /var/lib/systemd/credential.secret* /loader/random-seed* /boot/efi/loader/random-seed* \
  /var/lib/dhcp/*.lease* /var/lib/dhcpcd/*.lease* /var/lib/NetworkManager/*.lease

# The Systems Manager agent's. A session of it may carry this very connection: then what the session lives on stays.
# By the name that the kernel keeps, of 15 letters: this very script is on command lines.
if pgrep -x ssm-session-wor >/dev/null; then
  drop /var/lib/amazon/ssm/!(i-*|ipc)
else
  systemctl stop amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service 2>/dev/null || true
  drop /var/lib/amazon/ssm/*
fi

# Packer's key of this build. Packer removes it, too, over the connection that it opened first, and only logs when it cannot: after a
# reboot that connection is gone, and without host keys there is no other. Ansible's own connection stays.
# Flatcar makes the file of what lies in authorized_keys.d.
for file in /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys /home/*/.ssh/authorized_keys.d/*; do
  if [[ -f $file ]] && grep -Eq ' packer_[0-9a-f-]+$' "$file"; then
    sed -i -E '/ packer_[0-9a-f-]+$/d' "$file"
    echo "$file"
  fi
done

# What apt and dnf can fetch again.
drop /var/cache/dnf/* /var/cache/yum/* /var/cache/libdnf5/* /var/lib/dnf/history.sqlite*
drop /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/cache/debconf/*-old /var/lib/dpkg/*-old

# Swap of the base image: kubelet does not start with it.
if [[ -e /etc/fstab ]] && grep -Eq '^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' /etc/fstab; then
  sed -i -E 's/^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]/# &/' /etc/fstab
  echo /etc/fstab
fi

# What modules were run by, where the build has a proxy: roles/base/tasks/use_proxy.yml.
drop /var/lib/k8s-image/python*

# Crashes, the mark that this instance has had its first boot, and what the user asked for.
# shellcheck disable=SC2086  # patterns, split and expanded on purpose
drop /var/lib/k8s-image/first-boot.done* /var/crash/* /var/lib/systemd/coredump/* $EXTRA

rm -rf /var/log/journal/* /run/log/journal/* /run/k8s-image /var/lib/chrony/* \
  /root/.bash_history /root/.cache /root/.gnupg /root/.ansible /root/.lesshst /root/.python_history /root/.viminfo /root/.wget-hsts \
  /home/*/.bash_history /home/*/.cache /home/*/.gnupg /home/*/.ansible /home/*/.lesshst /home/*/.python_history /home/*/.viminfo /home/*/.wget-hsts /home/*/.sudo_as_admin_successful
find /var/log -xdev -type f ! -name wtmp ! -name btmp ! -name lastlog -delete
find /var/log -xdev -type f -size +0 -exec truncate --size=0 {} +
# What running services have there, they remove themselves.
find /tmp /var/tmp -xdev -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' -exec rm -rf {} +

if [[ -n $lister ]] && ! wait "$lister"; then
  echo "the image's components could not be listed: $(tail -n 1 "$list.said")" >&2
  exit 1
fi
