#!/bin/bash
# Waits for install.sh, which has its own time limit, and reports why it failed.
set -euo pipefail
work=/run/k8s-image/packages
until [[ -e $work/status ]]; do
  if ! systemctl --quiet is-active k8s-image-packages.service && [[ ! -e $work/status ]]; then
    echo "the package transaction ended early, perhaps at kubernetes_packages_timeout; its last line: $(tail -n 1 "$work/log" 2>/dev/null)" >&2
    exit 1
  fi
  sleep 0.1
done
code=$(<"$work/status")
if [[ $code == 0 ]]; then
  # With SELinux: moved files kept the labels of their old place, and container-selinux has just installed new rules.
  if command -v restorecon >/dev/null && [[ -e /sys/fs/selinux/enforce && -w /usr/local ]]; then
    restorecon -i -R -v /usr/bin/kube{let,adm,ctl} /usr/bin/crictl /usr/local /opt/cni /etc/containerd /etc/kubernetes /etc/systemd/system /var/lib/containerd /var/lib/k8s-image
  fi
  # With base_audit_rules: Amazon Linux and others have a rule that keeps the kernel from recording anything.
  rules=/etc/audit/rules.d never='^[[:space:]]*-a[[:space:]]+(never,task|task,never)\b'
  if [[ -e $rules/50-k8s-node.rules ]]; then
    for file in "$rules"/*.rules; do
      if [[ $file != "$rules/50-k8s-node.rules" ]] && grep -Eqs "$never" "$file"; then
        sed -i -E "/$never/d" "$file"
        echo "$file"
      fi
    done
  fi
  exit 0
fi
if [[ $code == 143 ]]; then
  echo "the package transaction was ended, perhaps at kubernetes_packages_timeout" >&2
else
  echo "the package transaction failed with code $code" >&2
fi
! grep -Eqi '(match|locate|no package).*(kernel-modules-extra|linux-headers)-' "$work/log" ||
  echo "the repositories no longer have a package for the running kernel: set base_kernel_upgrade: true" >&2
grep -E '^(E|dpkg|Error|error): ' "$work/log" | tail -n 2 >&2 || tail -n 2 "$work/log" >&2
exit 1
