#!/bin/bash
# Copies this machine's Python into the memory of an instance that has none (packer/python/carry.py).
# Arguments: the ssh command that reaches the instance; the remote command is appended.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
machine=$(uname -m)
if [[ $(uname -s) != Linux ]]; then
  echo "the instance has no Python, and the one of this $(uname -s) machine does not run there: use a runner with Linux" >&2
  exit 1
fi
# Reads its input before it refuses, so that no broken pipe hides the message.
remote="there=\$(uname -m)
if [ \"\$there\" != $machine ]; then
  cat >/dev/null
  echo \"the instance has no Python, and the one of this $machine runner does not run on \$there: use a runner of the instance's architecture\" >&2
  exit 1
fi
sudo -n mkdir -p -m 0755 /run/k8s-python && sudo -n tar -xzf - -C /run/k8s-python"
python3 "$here/carry.py" | "$@" "$remote"
