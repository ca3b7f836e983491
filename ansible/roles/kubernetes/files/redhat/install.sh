#!/bin/bash
# One dnf transaction: everything in PACKAGES, nothing that is only recommended; then ENABLED is enabled. rpm starts no service by itself.
# The log and, when it is over, the exit code lie in /run/k8s-image/packages. Goes after lib.sh; start.sh wrote the variables.
# shellcheck disable=SC2153,SC2154  # of lib.sh, and what stands before it
set -euo pipefail
umask 022
exec >"$work/log" 2>&1
export HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin

trap finish EXIT
# shellcheck source=/dev/null
. "$work/order.sh"

# The node's own updates would hold the lock.
systemctl stop dnf-automatic.timer dnf-automatic-install.timer dnf-makecache.timer packagekit.service 2>/dev/null || true
# The key that was checked; dnf would ask for it by name.
rpm --import "$key"
# A repository that cannot be read or trusted is the end, not one less.
dnf=(dnf --assumeyes --quiet --setopt=reposdir="$work/repos.d" --setopt=\*.skip_if_unavailable=False --setopt=install_weak_deps=False --setopt=tsflags=nodocs
  --setopt=keepcache=False --setopt=retries=3 --setopt=timeout=30)
# signed FILE: as dnf has rpm look at what it fetches itself; of a file that it is given it looks at no signature.
signed() {
  local said
  # Shown in one piece: it writes a line in parts, and what another job says meanwhile would not begin its own line.
  said=$(rpmkeys --checksig --define '_pkgverify_level signature' --define '_pkgverify_flags 0x0' "$1" 2>&1) ||
    { printf '%s\n' "$said" "E: ${1##*/} is not signed by a key that is trusted"; exit 1; }
  printf '%s\n' "$said"
}
# What the plan names by its sum is fetched side by side, and the transaction takes those very files in place of the repository's.
if ((${#SHA256[@]})); then
  mkdir -p "$work/files"
  jobs=() wanted=()
  for package in "${PACKAGES[@]}"; do
    file=$work/files/$package.rpm
    if [[ -z ${SHA256[$package]:-} ]]; then
      wanted+=("$package")
      continue
    fi
    { fetch "${SHA256[$package]}" "${URL[$package]}" "$file"; signed "$file"; } &
    jobs+=($!) wanted+=("$file")
  done
  for job in "${jobs[@]}"; do wait "$job"; done
  PACKAGES=("${wanted[@]}")
fi
# A package of no repository.
if [[ -n $AGENT_URL ]]; then
  fetch "$AGENT_SHA256" "$AGENT_URL" "$work/agent.rpm"
  PACKAGES+=("$work/agent.rpm")
fi
"${dnf[@]}" install "${PACKAGES[@]}"
rm -rf "$work/files"
systemctl --no-reload enable "${ENABLED[@]}"

# Amazon Time Sync Service, on every instance's own link; Amazon Linux knows it.
grep -qrs 169.254.169.123 /etc/chrony.conf /etc/chrony.d /run/chrony.d ||
  printf '\n# Amazon Time Sync Service.\nserver 169.254.169.123 prefer iburst minpoll 4 maxpoll 4\n' >>/etc/chrony.conf
