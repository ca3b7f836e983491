#!/bin/bash
# Puts images into containerd's store, under the names that the CRI plugin uses. The first, the sandbox ("pause") image, is pinned.
# Does not unpack them: that needs overlayfs, and containerd does it for the first pod.
# Prints what it fetched. Environment: IMAGES (words: name:tag, name:tag@digest or name@digest) CONFIG_VERSION MIRROR (may be empty) PROGRAMS (directory)
# Each is recorded in /var/lib/k8s-image/images as `WANTED NAME DIGEST`.
set -euo pipefail
# The build's proxy, if there is one: roles/base/tasks/use_proxy.yml.
# shellcheck source=/dev/null
[[ ! -e /run/k8s-image/proxy ]] || . /run/k8s-image/proxy
work=/run/k8s-image/images record=/var/lib/k8s-image/images

declare -A recorded=()
[[ ! -e $record ]] || while read -r wanted _; do recorded[$wanted]=yes; done <"$record"
missing=()
for wanted in $IMAGES; do
  [[ -n ${recorded[$wanted]:-} ]] || missing+=("$wanted")
done
((${#missing[@]})) || exit 0
if [[ -n $MIRROR ]]; then
  for wanted in "${missing[@]}"; do
    [[ $wanted == *@* ]] && continue
    # Without a digest, the tag is resolved over TLS, by the registry itself only.
    echo "$wanted has no digest, which a mirror requires: write $wanted@sha256:..." >&2
    exit 1
  done
fi

install -d -m 0700 "$work" "$work/hosts"
install -d -m 0755 /var/lib/k8s-image
log=$work/log daemon=
trap '[[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
if systemctl --quiet is-active containerd.service; then
  socket=/run/containerd/containerd.sock
else
  # A separate containerd with the store only: no CRI, and nothing that needs kernel features.
  socket=$work/containerd.sock
  cat >"$work/config.toml" <<CONFIG
version = $CONFIG_VERSION
state = "$work/state"
imports = []
disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]
CONFIG
  "$PROGRAMS/containerd" --config "$work/config.toml" --address "$socket" >"$log" 2>&1 &
  daemon=$!
fi

ctr() { timeout 600 "$PROGRAMS/ctr" --address "$socket" --namespace k8s.io "$@"; }
for ((tries = 0; ; tries++)); do
  [[ -S $socket ]] && ctr version >/dev/null 2>&1 && break
  if ((tries == 100)) || { [[ -n $daemon ]] && ! kill -0 "$daemon" 2>/dev/null; }; then
    echo "containerd did not start to fetch ${missing[0]}: $(tail -n 1 "$log" 2>/dev/null)" >&2
    exit 1
  fi
  sleep 0.1
done

for wanted in "${missing[@]}"; do
  image=${wanted%@*} registry=${wanted%%/*} reference=$wanted
  if [[ $wanted == *@* ]]; then
    # containerd accepts no tag beside a digest.
    [[ ${image##*/} == *:* ]] && reference=${image%:*}@${wanted#*@}
    [[ ${image##*/} == *:* ]] || image=$reference
  fi
  if [[ -n $MIRROR ]]; then
    install -d "$work/hosts/$registry"
    printf 'server = "%s/%s/v2"\n[host."%s/%s/v2"]\n  capabilities = ["pull", "resolve"]\n  override_path = true\n' \
      "${MIRROR%/}" "$registry" "${MIRROR%/}" "$registry" >"$work/hosts/$registry/hosts.toml"
  fi
  labels=(--label io.cri-containerd.image=managed)
  [[ $wanted != "${IMAGES%% *}" ]] || labels+=(--label io.cri-containerd.pinned=pinned)
  if ! ctr content fetch "${labels[@]}" --hosts-dir "$work/hosts" "$reference" >"$work/fetch" 2>&1; then
    echo "$reference could not be fetched: $(tail -n 1 "$work/fetch")" >&2
    exit 1
  fi
  [[ $reference == "$image" ]] || ctr images tag --force "$reference" "$image" >/dev/null
  row=$(ctr images check "name==$image" | grep -Fw complete) || {
    echo "$image is not complete in the store after it was fetched" >&2
    exit 1
  }
  digest=$(grep -Eo 'sha256:[0-9a-f]{64}' <<<"$row" | head -n 1)
  echo "$wanted $image $digest" >>"$work/record"
  echo "$reference"
done
if [[ -n $daemon ]]; then
  kill "$daemon"
  wait "$daemon" || true # what is recorded is on disk by then
  daemon=
fi
cat "$work/record" >>"$record"
