#!/bin/bash
# Installs the datasource beside cloud-init's own, and tries it and the AWS CLI. Prints what it changed.
# Environment: DATASOURCE (text of DataSourceEc2ClusterApi.py)
set -euo pipefail
umask 022
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
fail() { echo "$1" >&2; exit 1; }

program=$(command -v cloud-init) || fail "base_cluster_api needs cloud-init, which this system does not have"
# The interpreter of cloud-init: its first line, without #!.
read -ra python < <(sed -n '1s/^#!//p' "$program")
directory=$("${python[@]}" -c 'import cloudinit.sources; print(cloudinit.sources.__path__[0])')
file=$directory/DataSourceEc2ClusterApi.py
if [[ ! -e $file || $(<"$file") != "$DATASOURCE" ]]; then
  printf '%s\n' "$DATASOURCE" >"$file"
  echo "$file"
fi
"${python[@]}" -B -c 'from cloudinit.sources import DataSourceEc2ClusterApi' || fail "this cloud-init cannot load the datasource for Cluster API"
command -v aws >/dev/null || fail "base_cluster_api needs the AWS CLI, which the plan did not name: add a package with extra-packages"
version=$(aws --version 2>&1) || fail "the AWS CLI does not run: $version"
[[ $version == aws-cli/2.* ]] || fail "Cluster API needs version 2 of the AWS CLI, but this is $version"
