#!/bin/bash
# Flatcar has no package manager: rejects options that would need one, before anything else is done. Enables the units of options.
# Prints what it enabled. Arrays: PACKAGES ENABLED. Environment: HARDENING GPU AGENT_URL (of a package; empty: none). Follows lib.sh.
# shellcheck disable=SC2153,SC2154  # set by lib.sh and the text before it
set -euo pipefail

refuse() {
  echo "$1" >&2
  exit 1
}
((${#PACKAGES[@]} == 0)) || refuse "Flatcar has no package manager, so it cannot install: ${PACKAGES[*]}"
[[ $HARDENING == none ]] || refuse "base_hardening: Flatcar does not support $HARDENING"
[[ $GPU == none ]] || refuse "base_gpu: Flatcar does not support $GPU, because it has no package for the driver"
[[ -z $AGENT_URL ]] || refuse "base_ssm_agent is a package, and Flatcar has no package manager"

for unit in "${ENABLED[@]}"; do
  systemctl --quiet is-enabled "$unit" 2>/dev/null && continue
  systemctl --no-reload enable "$unit" >&2
  echo "enable $unit"
done
install -d -m 0700 "$work"
echo 0 >"$work/status"
