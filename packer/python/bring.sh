#!/bin/bash
# Brings this machine's Python to an instance that has none, into memory: packer/python/carry.py.
# Arguments: the ssh command that reaches the instance, to which the remote command is added.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
machine=$(uname -m)
if [[ $(uname -s) != Linux ]]; then
  echo "the instance has no Python, and $(uname -s) has none to lend that runs there: use a runner with Linux" >&2
  exit 1
fi
# Read first, so that a refusal is not drowned by a broken pipe.
remote="there=\$(uname -m)
if [ \"\$there\" != $machine ]; then
  cat >/dev/null
  echo \"the instance has no Python, and this $machine runner has none to lend that runs on \$there: use a runner of the instance's architecture\" >&2
  exit 1
fi
sudo -n mkdir -p -m 0755 /run/k8s-python && sudo -n tar -xzf - -C /run/k8s-python"
python3 "$here/carry.py" | "$@" "$remote"
