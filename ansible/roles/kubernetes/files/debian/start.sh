#!/bin/bash
# Starts INSTALL (the text of install.sh) in its own unit, unless every package is installed, held and enabled already.
# Prints what is missing. Follows lib.sh.
# Arrays: PACKAGES HELD ENABLED, and SHA256 by package, for packages that have a sum in the plan
# Environment: INSTALL REPOSITORY (empty: none) REPOSITORY_FETCHED_FROM REPOSITORY_KEY LIMIT
#              HOLD_SNAPS (yes: snaps are not refreshed; no: they are)
#              AGENT_SHA256 AGENT_URL (a package that no repository has; empty: none)
# shellcheck disable=SC2153,SC2154  # set by lib.sh and the text before it
set -euo pipefail
umask 022
refuse_eks

missing() {
  local want name version have
  declare -A installed=()
  while read -r name have; do installed[$name]=$have; done < <(
    dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' | sed -n 's/^installed //p')
  for want in "${PACKAGES[@]}"; do
    name=${want%%=*} version='*'
    [[ $want == *=* ]] && version=${want#*=}
    # shellcheck disable=SC2053  # a version may be a pattern, such as 1.37.2-*
    [[ -n ${installed[$name]:-} && ${installed[$name]} == $version ]] || echo "$want"
  done
}

# From dpkg, because apt-mark would leave a cache behind.
unheld() {
  ((${#HELD[@]})) || return 0
  comm -23 <(printf '%s\n' "${HELD[@]}" | sort) \
    <(dpkg-query -W -f '${db:Status-Want} ${Package}\n' | sed -n 's/^hold //p' | sort) | sed 's/^/hold /'
}

# snapd refreshes on its own, whatever apt's settings, for example Ubuntu's Systems Manager agent.
wrong_snaps() {
  local held=no
  [[ -e /run/snapd.socket ]] || return 0
  ! snap refresh --time 2>/dev/null | grep -q '^hold: forever' || held=yes
  [[ $held == "$HOLD_SNAPS" ]] || echo "snaps held: $HOLD_SNAPS"
}

sources() { printf 'Types: deb\nURIs: %s\nSuites: /\nSigned-By: /etc/apt/keyrings/kubernetes.asc' "$1"; }

install -d -m 0700 "$work"
# The image's own sources name upstream, wherever this build fetches from.
if [[ -n $REPOSITORY ]] && { differs /etc/apt/keyrings/kubernetes.asc "$REPOSITORY_KEY" ||
  differs /etc/apt/sources.list.d/kubernetes.sources "$(sources "$REPOSITORY")"; }; then
  install -d -m 0755 /etc/apt/keyrings
  printf '%s\n' "$REPOSITORY_KEY" >/etc/apt/keyrings/kubernetes.asc
  printf '%s\n' "$(sources "$REPOSITORY")" >/etc/apt/sources.list.d/kubernetes.sources
  echo /etc/apt/sources.list.d/kubernetes.sources
fi

rm -f "$work/status"
todo=$(missing)
[[ -z $AGENT_URL ]] || dpkg-query -W amazon-ssm-agent >/dev/null 2>&1 || todo+=$'\n'amazon-ssm-agent
[[ -n $todo ]] || todo=$(unheld; disabled; wrong_snaps)
if [[ -z $todo ]]; then
  echo 0 >"$work/status"
  exit 0
fi
echo "$todo"

# For this build only: the node's own sources, and the address to fetch Kubernetes from.
rm -rf "$work/sources.d" "$work/apt.conf.d"
cp -r /etc/apt/sources.list.d "$work/sources.d"
[[ -z $REPOSITORY ]] || printf '%s\n' "$(sources "$REPOSITORY_FETCHED_FROM")" >"$work/sources.d/kubernetes.sources"
in_background PACKAGES HELD ENABLED SHA256 AGENT_SHA256 AGENT_URL HOLD_SNAPS
