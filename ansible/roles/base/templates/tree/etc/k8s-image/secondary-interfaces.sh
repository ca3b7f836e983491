#!/bin/bash
# Runs on each node, at every boot: makes networkd and NetworkManager leave all of EC2's network interfaces alone but the primary one.
# CNI plugins attach the others and configure them. DHCP would add routes beside theirs, and remove theirs.
set -euo pipefail
run=${RUN:-/run} links=${LINKS:-/sys/class/net}

# Of the interfaces with a default route, the first. The names differ by instance type and system. Virtual ones have no device.
primary=$({ ip -4 -o route show default; ip -6 -o route show default; } | sed -nE 's/.* dev ([^ ]+).*/\1/p' | while read -r name; do
  [[ ! -e $links/$name/device ]] || echo "$(<"$links/$name/ifindex") $name"
done | sort -n | sed -n '1s/.* //p')
if [[ -z $primary ]]; then
  echo "no interface has a default route: all stay as they are"
  exit 0
fi

if systemctl --quiet is-active systemd-networkd.service; then
  mkdir -p "$run/systemd/network"
  # Not by Name=, which also matches alternative names.
  printf '[Match]\nDriver=ena ixgbevf vif\nProperty=!INTERFACE=%s\n\n[Link]\nUnmanaged=yes\n' "$primary" >"$run/systemd/network/06-k8s-node-secondary.network"
  networkctl reload
fi
if systemctl --quiet is-active NetworkManager.service; then
  mkdir -p "$run/NetworkManager/conf.d"
  printf '[keyfile]\nunmanaged-devices+=driver:ena;driver:ixgbevf;driver:vif;except:interface-name:%s\n' "$primary" \
    >"$run/NetworkManager/conf.d/60-k8s-node-secondary.conf"
  nmcli general reload conf
fi
echo "all but $primary are left to CNI plugins"
