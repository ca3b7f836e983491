#!/bin/bash
# Flatcar has no package manager: what would need one is refused, before anything else is done. Enables the units that options name.
# Prints what it enabled. Arrays: PACKAGES ENABLED. Environment: HARDENING GPU AGENT_URL (of a package; empty: none). Goes after lib.sh.
# shellcheck disable=SC2153,SC2154  # of lib.sh, and what stands before it
set -euo pipefail

refuse() {
  echo "$1" >&2
  exit 1
}
((${#PACKAGES[@]} == 0)) || refuse "Flatcar has no package manager, and cannot be given: ${PACKAGES[*]}"
[[ $HARDENING == none ]] || refuse "base_hardening: $HARDENING is not for Flatcar"
[[ $GPU == none ]] || refuse "base_gpu: $GPU is not for Flatcar, where no package brings a driver"
[[ -z $AGENT_URL ]] || refuse "base_ssm_agent is a package, and Flatcar has no package manager"

for unit in "${ENABLED[@]}"; do
  systemctl --quiet is-enabled "$unit" 2>/dev/null && continue
  systemctl --no-reload enable "$unit" >&2
  echo "enable $unit"
done
install -d -m 0700 "$work"
echo 0 >"$work/status"
