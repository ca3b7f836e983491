#!/bin/bash
# One dnf transaction: installs PACKAGES without recommended packages and enables ENABLED. rpm itself starts no services.
# The log and the final exit code are in /run/k8s-image/packages. Follows lib.sh; start.sh wrote the variables.
# shellcheck disable=SC2153,SC2154  # set by lib.sh and the text before it
set -euo pipefail
umask 022
exec >"$work/log" 2>&1
export HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin

note_end
# shellcheck source=/dev/null
. "$work/order.sh"

# The node's own updates would hold the lock.
systemctl stop dnf-automatic.timer dnf-automatic-install.timer dnf-makecache.timer packagekit.service 2>/dev/null || true
# Imports the verified key; dnf would ask for it by name.
rpm --import "$key"
# A repository that cannot be read or trusted is an error; dnf must not skip it.
dnf=(dnf --assumeyes --quiet --setopt=reposdir="$work/repos.d" --setopt=\*.skip_if_unavailable=False --setopt=install_weak_deps=False --setopt=tsflags=nodocs
  --setopt=keepcache=False --setopt=retries=3 --setopt=timeout=30)
# signed FILE: checks the signature, as dnf does for packages that it fetches itself, but not for files.
signed() {
  local said
  # Printed at once: rpm writes a line in parts, and another job's output could get in between.
  said=$(rpmkeys --checksig --define '_pkgverify_level signature' --define '_pkgverify_flags 0x0' "$1" 2>&1) ||
    { printf '%s\n' "$said" "E: ${1##*/} is not signed by a trusted key"; exit 1; }
  printf '%s\n' "$said"
}
# Packages with a sum in the plan are fetched side by side. The transaction installs those files instead of the repository's.
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
# A package that no repository has.
if [[ -n $AGENT_URL ]]; then
  fetch "$AGENT_SHA256" "$AGENT_URL" "$work/agent.rpm"
  PACKAGES+=("$work/agent.rpm")
fi
"${dnf[@]}" install "${PACKAGES[@]}"
rm -rf "$work/files"
systemctl --no-reload enable "${ENABLED[@]}"

# Amazon Time Sync Service, at a link-local address of every instance. Amazon Linux has it already.
grep -qrs 169.254.169.123 /etc/chrony.conf /etc/chrony.d /run/chrony.d ||
  printf '\n# Amazon Time Sync Service.\nserver 169.254.169.123 prefer iburst minpoll 4 maxpoll 4\n' >>/etc/chrony.conf
