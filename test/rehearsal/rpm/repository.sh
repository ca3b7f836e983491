#!/bin/bash
# Makes this Debian instance say that it is Rocky Linux, with dnf as its package manager, and a signed repository of rpm packages: Kubernetes'
# with the programs of BINARIES, the rest empty. Run as root on the instance.
# Standard input: the armoured secret key that signs packages and indexes.
# Environment: VERSION (1.37.2) GENERATION (10) KERNEL (of kernel-modules-extra) BINARIES (directory with kubelet, kubeadm, kubectl)
set -euo pipefail
: "${VERSION:?}" "${GENERATION:?}" "${KERNEL:?}" "${BINARIES:?}"
export DEBIAN_FRONTEND=noninteractive HOME=/root GNUPGHOME=/srv/gnupg
install -d -m 0700 "$GNUPGHOME"
(umask 077 && cat >"$GNUPGHOME/signing")
apt-get -qq -o Dpkg::Use-Pty=0 update >&2
apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install dnf rpm createrepo-c gnupg >&2
release="150500.1.1"
top=/srv/rpm
mkdir -p "$top/kubernetes" "$top/system" /etc/yum.repos.d
cd "$top"

gpg --batch --quiet --import "$GNUPGHOME/signing"
rm "$GNUPGHOME/signing"
fingerprint=$(gpg --with-colons --list-secret-keys | sed -nE 's/^fpr:+([0-9A-F]{40}):$/\1/p' | head -n 1)
gpg --armor --export "$fingerprint" >key.asc

# package NAME VERSION RELEASE ARCH [FILE...]: files as `/target=source`.
package() {
  local name=$1 version=$2 rel=$3 arch=$4 spec=$top/$1.spec pair
  shift 4
  {
    printf 'Name: %s\nVersion: %s\nRelease: %s\nSummary: %s\nLicense: Apache-2.0\n' "$name" "$version" "$rel" "$name"
    [[ $arch != noarch ]] || echo 'BuildArch: noarch'
    [[ $name != kubelet ]] || echo 'Requires: iptables >= 1.4.21, kubernetes-cni >= 1.2.0, socat, util-linux, ethtool, conntrack'
    [[ $name != iptables-nft ]] || echo 'Provides: iptables = 1.8.10'
    [[ $name != conntrack-tools ]] || echo 'Provides: conntrack = 1.4.8'
    printf '%%description\n%s\n%%install\n' "$name"
    for pair in "$@"; do printf 'install -D -m %s %s %%{buildroot}%s\n' "$([[ $pair == /usr/bin/* ]] && echo 0755 || echo 0644)" "${pair#*=}" "${pair%%=*}"; done
    echo '%files'
    for pair in "$@"; do echo "${pair%%=*}"; done
  } >"$spec"
  rpmbuild --quiet -bb --define "_topdir $top/build" --define '_build_id_links none' --define 'debug_package %{nil}' \
    --define '__os_install_post %{nil}' --define "_binary_payload w0.gzdio" "$spec" >&2
}

cat >kubelet.service <<'UNIT'
[Unit]
Description=kubelet
[Service]
ExecStart=/usr/bin/kubelet
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
cat >10-kubeadm.conf <<'UNIT'
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/sysconfig/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
echo 'KUBELET_EXTRA_ARGS=' >sysconfig
arch=$(rpm --eval '%{_arch}')
package kubelet "$VERSION" "$release" "$arch" "/usr/bin/kubelet=$BINARIES/kubelet" "/usr/lib/systemd/system/kubelet.service=$top/kubelet.service" \
  "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf=$top/10-kubeadm.conf"
for name in kubeadm kubectl; do package "$name" "$VERSION" "$release" "$arch" "/usr/bin/$name=$BINARIES/$name"; done
package cri-tools "${VERSION%.*}.0" "$release" noarch
# As upstream's: older plugins, in the place of the pinned ones.
printf '#!/bin/sh\necho "CNI bridge plugin v1.7.1"\n' >older-plugin
package kubernetes-cni 1.7.1 "$release" noarch "/opt/cni/bin/bridge=$top/older-plugin" "/opt/cni/bin/older=$top/older-plugin"
mv build/RPMS/*/*.rpm kubernetes/
# What the distribution would have. What they would hold is here already, from Debian.
for name in ca-certificates cloud-utils-growpart conntrack-tools container-selinux ethtool iproute iproute-tc iptables-nft kmod \
  nftables procps-ng socat tar util-linux jq libnetfilter_cttimeout NetworkManager-tui nfs-utils crypto-policies-scripts grubby; do package "$name" 1.0 1.el"$GENERATION" noarch; done
printf '[Unit]\nDescription=chrony\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' >chronyd.service
echo 'pool 2.rocky.pool.ntp.org iburst' >chrony.conf
package chrony 4.6 1.el"$GENERATION" "$arch" "/usr/lib/systemd/system/chronyd.service=$top/chronyd.service" "/etc/chrony.conf=$top/chrony.conf"
package kernel-modules-extra "${KERNEL%%-*}" "$(sed -E 's/^[^-]*-//; s/\.[^.]*$//' <<<"$KERNEL")" "$arch"
mv build/RPMS/*/*.rpm system/

cat >~/.rpmmacros <<MACROS
%_gpg_name $fingerprint
MACROS
find kubernetes system -name '*.rpm' -exec rpmsign --addsign {} + >&2
for directory in kubernetes system; do
  createrepo_c --quiet "$directory"
  gpg --batch --yes --armor --local-user "$fingerprint" --detach-sign --output "$directory/repodata/repomd.xml.asc" "$directory/repodata/repomd.xml"
  cp key.asc "$directory/repodata/repomd.xml.key"
done
# The same packages, with an index that another key has signed.
gpg --batch --quiet --passphrase '' --quick-generate-key 'other <other@example.org>' rsa2048 sign never
cp -al kubernetes foreign
rm foreign/repodata/repomd.xml.asc
gpg --batch --yes --armor --local-user other@example.org --detach-sign --output foreign/repodata/repomd.xml.asc foreign/repodata/repomd.xml
printf '[system]\nname=System\nbaseurl=file://%s/system\nenabled=1\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file://%s/key.asc\n' "$top" "$top" >/etc/yum.repos.d/system.repo
rm -f /etc/os-release
printf 'NAME="Rocky Linux"\nID=rocky\nID_LIKE="rhel centos fedora"\nVERSION_ID="%s.1"\nPRETTY_NAME="Rocky Linux %s.1"\n' "$GENERATION" "$GENERATION" >/etc/os-release
# Debian's chrony, where it is, goes by the same name.
rm -f /etc/systemd/system/chronyd.service
# rpm's database is new: nothing is known to be installed.
systemctl daemon-reload
