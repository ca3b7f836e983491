#!/bin/bash
# Comments out swap in fstab and masks the daily updates. Prints what it changed.
set -euo pipefail
if [[ -e /etc/fstab ]] && grep -Eq '^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' /etc/fstab; then
  sed -i -E 's/^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]/# &/' /etc/fstab
  echo /etc/fstab
fi
if [[ $AUTOMATIC_UPDATES != True ]]; then
  for unit in apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service; do
    [[ $(readlink "/etc/systemd/system/$unit") == /dev/null ]] && continue
    ln -sfn /dev/null "/etc/systemd/system/$unit"
    echo "$unit"
  done
fi
