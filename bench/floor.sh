#!/bin/bash
# Makes the same node as ansible/node.yml with one bash script over one SSH session, for comparison with the playbook's time.
# Same packages, downloads, sums, configuration and clean-up, and the same two halves side by side, but no Ansible.
# bench/playbook-vs-floor prepends the variables (bench/bundle.yml) and pipes both into `ssh … sudo bash -s`.
# shellcheck disable=SC2153,SC2154  # the bundle sets TREE and the others
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
work=/run/floor

# fetch "SHA256 URL" FILE
fetch() {
  /usr/bin/python3 -c 'import shutil, sys, urllib.request; shutil.copyfileobj(urllib.request.urlopen(sys.argv[1], timeout=30), open(sys.argv[2], "wb"))' "${1#* }" "$2"
  echo "${1%% *}  $2" | sha256sum --check --quiet
}

binaries() {
  fetch "$CONTAINERD" "$work/containerd.tgz" &
  local containerd=$!
  fetch "$CNI_PLUGINS" "$work/cni.tgz" &
  local cni=$!
  fetch "$ECR" "$work/ecr" &
  local ecr=$!
  fetch "$RUNC" "$work/runc"
  install -D -m 0755 "$work/runc" /usr/local/sbin/runc
  wait "$ecr"
  install -D -m 0755 "$work/ecr" "$ECR_FILE"
  wait "$containerd"
  tar --extract --gzip --no-same-owner --file "$work/containerd.tgz" -C /usr/local --exclude=bin/containerd-stress
  wait "$cni"
  mkdir -p /opt/cni/bin
  tar --extract --gzip --no-same-owner --file "$work/cni.tgz" -C /opt/cni/bin
  IMAGES=$IMAGES CONFIG_VERSION=$CONFIG_VERSION MIRROR=$MIRROR PROGRAMS=/usr/local/bin bash -c "$FETCH_IMAGES"
}

sources() { printf 'Types: deb\nURIs: %s\nSuites: /\nSigned-By: /etc/apt/keyrings/kubernetes.asc\n' "$1"; }

packages() {
  systemctl stop apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service || true
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 0755 /usr/sbin/policy-rc.d
  mkdir -p /etc/apt/keyrings
  printf '%s\n' "$REPOSITORY_KEY" >/etc/apt/keyrings/kubernetes.asc
  cp -r /etc/apt/sources.list.d "$work/sources.d"
  sources "$REPOSITORY" >/etc/apt/sources.list.d/kubernetes.sources
  sources "$REPOSITORY_FETCHED_FROM" >"$work/sources.d/kubernetes.sources"
  local apt=(nice -n -10 apt-get --quiet --yes
    -o APT::Install-Recommends=false -o APT::Update::Error-Mode=any -o Acquire::Languages=none -o Acquire::PDiffs=false
    -o Acquire::Retries=3 -o Acquire::http::Proxy::127.0.0.1=DIRECT -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0
    -o Dir::Etc::SourceParts="$work/sources.d" -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold
    -o Dpkg::Options::=--force-unsafe-io -o 'Dpkg::Options::=--path-exclude=/opt/cni/bin/*')
  "${apt[@]}" update
  # shellcheck disable=SC2086  # lists of words
  {
    "${apt[@]}" install $PACKAGES
    apt-mark hold $HELD
    systemctl --no-reload enable $ENABLED
  }
  rm /usr/sbin/policy-rc.d
}

main() {
  mkdir -m 0700 "$work"
  base64 -d <<<"$TREE" | tar --extract --gzip --no-same-owner -C /
  binaries &
  local other=$!
  packages
  wait "$other"
  rm -r "$work"
  # No list of components: only the playbook makes it.
  FAMILY=debian EXTRA='' LIST='' bash -c "$CLEANUP"
}

main </dev/null
