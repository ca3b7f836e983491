#!/bin/bash
# Starts INSTALL (the text of install.sh) in its own unit, unless every package is installed and enabled already.
# Prints what is missing. Follows lib.sh.
# Arrays: PACKAGES HELD ENABLED, and SHA256 and URL by package, for packages that have a sum in the plan
# Environment: INSTALL REPOSITORY REPOSITORY_FETCHED_FROM REPOSITORY_KEY LIMIT KERNEL
#              AGENT_SHA256 AGENT_URL (a package that no repository has; empty: none)
# shellcheck disable=SC2153,SC2154  # set by lib.sh and the text before it
set -euo pipefail
umask 022
refuse_eks
key=/etc/pki/rpm-gpg/RPM-GPG-KEY-kubernetes

# In the 10th generation, the kernel modules for Kubernetes' networks are a separate package. Without them, rules vanish silently.
generation=$(sed -nE 's/^VERSION_ID="?([0-9]+).*/\1/p' /etc/os-release)
[[ $generation != 10 ]] || PACKAGES+=("kernel-modules-extra-${KERNEL:-$(uname -r)}")

missing() {
  local want name
  local -a installed=()
  mapfile -t installed < <(rpm -qa --queryformat '%{NAME}\n%{NAME}-%{VERSION}\n%{NAME}-%{VERSION}-%{RELEASE}\n%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\n%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}\n')
  for want in "${PACKAGES[@]}"; do
    for name in "${installed[@]}"; do
      # shellcheck disable=SC2053  # a version may be a pattern, such as 1.37.2-*
      [[ $name == $want ]] && continue 2
    done
    echo "$want"
  done
}

# repository ADDRESS [EXCLUDED]: packages and index are both signed. An upgrade of the node does not change excluded packages.
repository() {
  printf '[kubernetes]\nname=Kubernetes\nbaseurl=%s\nenabled=1\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file://%s%s' "$1" "$key" "${2:+$'\n'excludepkgs=$2}"
}

install -d -m 0700 "$work"
excluded=$(IFS=,; echo "${HELD[*]}")
if [[ -n $REPOSITORY ]] && { differs "$key" "$REPOSITORY_KEY" ||
  differs /etc/yum.repos.d/kubernetes.repo "$(repository "$REPOSITORY" "$excluded")"; }; then
  install -d -m 0755 /etc/pki/rpm-gpg /etc/yum.repos.d
  printf '%s\n' "$REPOSITORY_KEY" >"$key"
  printf '%s\n' "$(repository "$REPOSITORY" "$excluded")" >/etc/yum.repos.d/kubernetes.repo
  echo /etc/yum.repos.d/kubernetes.repo
fi

# Like dpkg's path-exclude: kubernetes-cni would overwrite the pinned CNI plugins with older ones.
netshared='%_netsharedpath /opt/cni/bin'
if differs /etc/rpm/macros.k8s-node "$netshared"; then
  install -d -m 0755 /etc/rpm
  printf '%s\n' "$netshared" >/etc/rpm/macros.k8s-node
  echo /etc/rpm/macros.k8s-node
fi

rm -f "$work/status"
todo=$(missing)
[[ -z $AGENT_URL ]] || rpm -q amazon-ssm-agent >/dev/null 2>&1 || todo+=$'\n'amazon-ssm-agent
[[ -n $todo ]] || todo=$(disabled)
if [[ -z $todo ]]; then
  echo 0 >"$work/status"
  exit 0
fi
echo "$todo"

# For this build only: the node's own repositories, and the address to fetch Kubernetes from.
rm -rf "$work/repos.d"
cp -r /etc/yum.repos.d "$work/repos.d"
[[ -z $REPOSITORY ]] || printf '%s\n' "$(repository "$REPOSITORY_FETCHED_FROM")" >"$work/repos.d/kubernetes.repo"
in_background PACKAGES ENABLED SHA256 URL AGENT_SHA256 AGENT_URL key
