#!/bin/bash
# Writes the resources that kubelet reserves for itself, the container runtime and the system. Memory: 25 % of the first 4 GiB, 20 % of the
# next 4, 10 % of the next 8, 6 % of the next 112 and 2 % of the rest. Processors: 6 % of the first, 1 % of the second, 0.5 % of two more and
# 0.25 % of the rest. image-builder (kubernetes_enable_automatic_resource_sizing) and GKE use these shares.
# Environment: MEMORY_MIB CPUS (by default the instance's own) RESERVED (file)
set -euo pipefail
memory=${MEMORY_MIB:-$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)} cpus=${CPUS:-$(nproc)}
file=${RESERVED:-/etc/kubernetes/kubelet.conf.d/50-reserved.conf}

# share SIZE STEP:SHARE...: the sum of the shares of all steps, in ten-thousandths.
share() {
  local left=$1 sum=0 step size
  shift
  for step in "$@"; do
    size=$((left < ${step%:*} ? left : ${step%:*}))
    sum=$((sum + size * ${step#*:}))
    left=$((left - size))
  done
  echo "$sum"
}
mib=$(($(share "$memory" 4096:2500 4096:2000 8192:1000 114688:600 "$memory:200") / 10000))
millicores=$(($(share "$cpus" 1:600 1:100 2:50 "$cpus:25") / 10))
mkdir -p "${file%/*}"
printf 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nkubeReserved:\n  cpu: %sm\n  memory: %sMi\n' "$millicores" "$mib" >"$file"
