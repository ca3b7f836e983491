#!/bin/bash
# Runs ansible/node.yml against the instance of one build, over plain OpenSSH. The template's shell-local provisioner starts it.
#
# Standard input, two lines of base64: the private key, and the playbook's variables as JSON. Neither is ever on a command line or in
# the environment.
# Environment: K8S_IMAGE_PLAYBOOK (ansible-playbook) K8S_IMAGE_HOST K8S_IMAGE_PORT K8S_IMAGE_USER K8S_IMAGE_MIRROR (may be empty)
#              K8S_IMAGE_FAMILY (optional: flatcar has no Python, so this script brings one)
#              K8S_IMAGE_HOOKS (optional: directory of hooks, whose roles/ is searched, too)
#              K8S_IMAGE_EVENTS (optional: file for the callback plugin) K8S_IMAGE_SBOM (optional: file for the list of what is in the image)
set -euo pipefail
umask 077

# Packer kills only the shell that it started; this makes the script end with that shell.
if [[ -z ${K8S_IMAGE_BOUND:-} ]] && command -v setpriv >/dev/null; then
  K8S_IMAGE_BOUND=yes exec setpriv --pdeathsig TERM "${BASH_SOURCE[0]}"
fi

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if ! playbook=$(command -v "$K8S_IMAGE_PLAYBOOK"); then
  echo "$K8S_IMAGE_PLAYBOOK was not found: install ansible-core (pip install --require-hashes -r $repository/ansible/requirements.txt) or set ansible_playbook" >&2
  exit 1
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/k8s-image-ansible.XXXXXX")
jobs=()
# Ansible's forks inherit this lock, so it becomes free when all of them have ended.
forks=()
! command -v flock >/dev/null || forks=(flock --no-fork "$work/forks")
# shellcheck disable=SC2317  # called by the trap
finish() {
  local code=$?
  trap '' INT TERM HUP
  rm -f "$work/key"
  ((${#jobs[@]} == 0)) || kill -TERM "${jobs[@]}" 2>/dev/null || true
  wait || true
  # Ansible signals its forks and does not wait for them.
  ((${#forks[@]} == 0)) || flock --wait 10 "$work/forks" true || true
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT HUP
trap 'exit 143' TERM

read -r line && base64 -d <<<"$line" >"$work/key"
# OpenSSH refuses an Ed25519 key that does not end with a newline; a second one does no harm.
printf '\n' >>"$work/key"
read -r line && base64 -d <<<"$line" >"$work/vars.json"
unset line
exec </dev/null
# A socket's path has at most 107 bytes, so it must be relative.
cd "$work"

# A session and a key for this build only: no agent, no other key, no known_hosts, no configuration of the user's.
ssh_args=(-F /dev/null -o ControlPath=ssh -o IdentityFile=key -o IdentitiesOnly=yes -o IdentityAgent=none -o PreferredAuthentications=publickey
  -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=known_hosts -o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR
  -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=8)
# Options for a separate connection, without the tunnel.
alone=(-o ControlPath=none "${ssh_args[@]}")
# Only this machine reaches a mirror on its loopback. The connection forwards it to the instance under the same address.
if [[ $K8S_IMAGE_MIRROR =~ ^http://(127\.[0-9.]+|localhost|\[::1\])(:([0-9]+))?(/|$) ]]; then
  mirror=${BASH_REMATCH[1]}:${BASH_REMATCH[3]:-80}
  ssh_args+=(-R "$mirror:$mirror")
fi

# Connects while Ansible is still loading.
ssh "${ssh_args[@]}" -o ControlMaster=yes -N -p "$K8S_IMAGE_PORT" "$K8S_IMAGE_USER@$K8S_IMAGE_HOST" 2>"$work/ssh.log" &
jobs+=($!)

# Ansible needs no AWS credentials.
for name in "${!AWS_@}"; do unset "$name"; done
# TMPDIR: a filter that a signal ends leaves its directory.
export TMPDIR=$work LC_ALL=C.UTF-8 ANSIBLE_CONFIG=$repository/ansible/ansible.cfg ANSIBLE_HOME=$work/home ANSIBLE_LOCAL_TEMP=$work/tmp
[[ -z ${K8S_IMAGE_HOOKS:-} ]] || export ANSIBLE_ROLES_PATH=$repository/ansible/roles:$K8S_IMAGE_HOOKS/roles
interpreter=/usr/bin/python3
if [[ ${K8S_IMAGE_FAMILY:-} == flatcar ]]; then
  interpreter=/run/k8s-python/bin/python3
  "$repository/packer/python/bring.sh" ssh "${alone[@]}" -p "$K8S_IMAGE_PORT" "$K8S_IMAGE_USER@$K8S_IMAGE_HOST" &
  jobs+=($!)
  wait "$!"
fi
export ANSIBLE_SSH_ARGS="-o ControlMaster=auto -o ControlPersist=60 ${ssh_args[*]}"
${forks[@]+"${forks[@]}"} "$playbook" --inventory "$K8S_IMAGE_HOST," --user "$K8S_IMAGE_USER" --private-key key --extra-vars @vars.json \
  --extra-vars "ansible_port=$K8S_IMAGE_PORT node_interpreter=$interpreter" "$repository/ansible/node.yml" &
jobs+=($!)
code=0
wait "$!" || code=$?
# The clean-up wrote the list. Use the open connection: after the clean-up, the instance has no host keys for a new one.
if [[ $code == 0 && -n ${K8S_IMAGE_SBOM:-} ]]; then
  ssh "${ssh_args[@]}" -p "$K8S_IMAGE_PORT" "$K8S_IMAGE_USER@$K8S_IMAGE_HOST" sudo -n cat /run/k8s-image-components.json >"$work/sbom" || {
    code=$?
    echo "the list of the image's components could not be fetched from the instance (ssh ended with $code)" >&2
  }
  [[ $code != 0 ]] || mv "$work/sbom" "$K8S_IMAGE_SBOM"
fi
ssh "${ssh_args[@]}" -O exit "$K8S_IMAGE_HOST" 2>/dev/null || true
exit "$code"
