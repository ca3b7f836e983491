#!/bin/bash
# Adds arguments to the kernel command line of the next boots. Prints what it changed. Environment: FAMILY ARGUMENTS
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
needs() {
  command -v "$1" >/dev/null || { echo "base_kernel_arguments needs $1, which this system does not have: does it boot with GRUB?" >&2; exit 1; }
}

if [[ $FAMILY == debian ]]; then
  file=/etc/default/grub.d/90-k8s-node.cfg
  want="GRUB_CMDLINE_LINUX=\"\$GRUB_CMDLINE_LINUX $ARGUMENTS\""
  [[ ! -e $file || $(<"$file") != "$want" ]] || exit 0
  needs update-grub
  install -d "${file%/*}"
  printf '%s\n' "$want" >"$file"
  update-grub >&2
  echo "$file"
else
  needs grubby
  have=" $(grubby --info=DEFAULT | sed -n 's/^args="\(.*\)"$/\1/p') "
  for argument in $ARGUMENTS; do
    [[ $have == *" $argument "* ]] && continue
    grubby --update-kernel=ALL --args="$argument" >&2
    echo "$argument"
  done
fi
