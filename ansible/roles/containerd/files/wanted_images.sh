#!/bin/bash
# Precedes images.sh. Sets IMAGES to the sandbox image, kubeadm's images for SET (none, node or control-plane) and EXTRA.
# shellcheck disable=SC2034  # IMAGES is read by what follows
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin
named=
if [[ $SET != none ]]; then
  # The sandbox image is in the list already, in the version of containerd's configuration.
  named=$(kubeadm config images list --kubernetes-version "v$KUBERNETES_VERSION" | grep -v /pause:)
fi
[[ $SET != node ]] || named=$(grep /kube-proxy: <<<"$named")
IMAGES="$SANDBOX $(tr '\n' ' ' <<<"$named") $EXTRA"
