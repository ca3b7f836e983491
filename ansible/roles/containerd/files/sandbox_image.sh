#!/bin/bash
# Puts the sandbox ("pause") image into containerd's store by digest, under the names that the CRI plugin gives it.
# Only fetched, not unpacked: that needs overlayfs, and containerd does it by itself with the first pod.
# Prints what it fetched. Environment: IMAGE (name:tag) DIGEST (may be empty) CONFIG_VERSION MIRROR (may be empty)
set -euo pipefail
work=/run/k8s-image/sandbox record=/var/lib/k8s-image/sandbox-image
name=${IMAGE%:*} registry=${IMAGE%%/*}
reference=$name@$DIGEST
if [[ -z $DIGEST ]]; then
  # What the tag names today: over TLS from the registry itself, and from nowhere else.
  reference=$IMAGE
  if [[ -n $MIRROR ]]; then
    echo "no digest is given for $IMAGE, and with a mirror there must be one: use a var-file of the action" >&2
    exit 1
  fi
fi
[[ -e $record && $(<"$record") == "$IMAGE@$DIGEST" ]] && exit 0

install -d -m 0700 "$work" "$work/hosts/$registry"
install -d -m 0755 /var/lib/k8s-image
if [[ -n $MIRROR ]]; then
  printf 'server = "%s/%s/v2"\n[host."%s/%s/v2"]\n  capabilities = ["pull", "resolve"]\n  override_path = true\n' \
    "${MIRROR%/}" "$registry" "${MIRROR%/}" "$registry" >"$work/hosts/$registry/hosts.toml"
fi
log=$work/log daemon=
trap '[[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
if systemctl --quiet is-active containerd.service; then
  socket=/run/containerd/containerd.sock
else
  # A containerd of its own, with the store alone: no CRI, nothing that needs a kernel's help.
  socket=$work/containerd.sock
  cat >"$work/config.toml" <<CONFIG
version = $CONFIG_VERSION
state = "$work/state"
imports = []
disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]
CONFIG
  /usr/local/bin/containerd --config "$work/config.toml" --address "$socket" >"$log" 2>&1 &
  daemon=$!
fi

ctr() { timeout 120 /usr/local/bin/ctr --address "$socket" --namespace k8s.io "$@"; }
for ((tries = 0; ; tries++)); do
  [[ -S $socket ]] && ctr version >/dev/null 2>&1 && break
  if ((tries == 100)) || { [[ -n $daemon ]] && ! kill -0 "$daemon" 2>/dev/null; }; then
    echo "containerd did not start to fetch $IMAGE: $(tail -n 1 "$log" 2>/dev/null)" >&2
    exit 1
  fi
  sleep 0.1
done
labels=(--label io.cri-containerd.image=managed --label io.cri-containerd.pinned=pinned)
if ! ctr content fetch "${labels[@]}" --hosts-dir "$work/hosts" "$reference" >"$work/fetch" 2>&1; then
  echo "$reference could not be fetched: $(tail -n 1 "$work/fetch")" >&2
  exit 1
fi
[[ $reference == "$IMAGE" ]] || ctr images tag --force "$reference" "$IMAGE" >/dev/null
ctr images check "name==$IMAGE" | grep -q complete || {
  echo "$IMAGE is not complete in the store after it was fetched" >&2
  exit 1
}
if [[ -n $daemon ]]; then
  kill "$daemon"
  wait "$daemon" || true # what is recorded is on disk by then
fi
echo "$IMAGE@$DIGEST" >"$record"
echo "$reference"
