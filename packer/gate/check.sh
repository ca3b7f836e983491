#!/bin/bash
# Runs packer/gate/guest on the instance of one gate, over plain OpenSSH, and ends the instance. The template's shell-local provisioner
# starts it. The results go to a file, line by line. The exit code is 0 if all checks ran, whether they passed or not.
#
# Standard input, two lines of base64: the private key, and the expected values as JSON.
# Environment: K8S_IMAGE_HOST K8S_IMAGE_PORT K8S_IMAGE_USER K8S_IMAGE_LEVEL K8S_IMAGE_LIMIT (seconds) K8S_IMAGE_RESULTS (file)
#              K8S_IMAGE_MIRROR (may be empty) K8S_IMAGE_REBOOT (auto, true or false)
#              K8S_IMAGE_FAMILY (optional: flatcar has no Python, so this script brings one, at each boot)
set -euo pipefail
umask 077

# Packer kills only the shell that it started; this makes the script end with that shell.
if [[ -z ${K8S_IMAGE_BOUND:-} ]] && command -v setpriv >/dev/null; then
  K8S_IMAGE_BOUND=yes exec setpriv --pdeathsig TERM "${BASH_SOURCE[0]}"
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/k8s-image-gate.XXXXXX")
session=
# shellcheck disable=SC2317  # called by the trap
finish() {
  local code=$?
  trap '' INT TERM HUP
  [[ -z $session ]] || kill -TERM "$session" 2>/dev/null || true
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT HUP
trap 'exit 143' TERM

mkdir "$work/guest"
read -r line && base64 -d <<<"$line" >"$work/key"
# OpenSSH refuses an Ed25519 key that does not end with a newline; a second one does no harm.
printf '\n' >>"$work/key"
read -r line && base64 -d <<<"$line" >"$work/guest/expected.json"
unset line
exec </dev/null
cp "$here"/guest/*.py "$work/guest"
python3 -m zipapp --output "$work/gate.pyz" "$work/guest"

# A session and a key for this gate only: no agent, no other key, no known_hosts, no configuration of the user's.
ssh_args=(-F /dev/null -i "$work/key" -o IdentitiesOnly=yes -o IdentityAgent=none -o PreferredAuthentications=publickey -o BatchMode=yes
  -o StrictHostKeyChecking=accept-new -o "UserKnownHostsFile=$work/known_hosts" -o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR
  -o ConnectTimeout=60 -o ConnectionAttempts=3 -o ServerAliveInterval=15 -o ServerAliveCountMax=8)
# Options for a connection without the tunnel.
alone=("${ssh_args[@]}")
# Only this machine reaches a mirror on its loopback. The session forwards it to the instance under the same address.
if [[ ${K8S_IMAGE_MIRROR:-} =~ ^http://(127\.[0-9.]+|localhost|\[::1\])(:([0-9]+))?(/|$) ]]; then
  mirror=${BASH_REMATCH[1]}:${BASH_REMATCH[3]:-80}
  ssh_args+=(-R "$mirror:$mirror")
fi
# One session per boot, since each costs seconds on an emulated processor. It ends with a forced power-off: nothing on the instance
# is kept, and Packer waits for it to stop. Exit code 10 means that all checks passed and a reboot comes next.
# $1: whether to reboot, or `done`.
python=python3
checks() {
  code=0
  if [[ ${K8S_IMAGE_FAMILY:-} == flatcar ]]; then
    python=/run/k8s-python/bin/python3
    "$here/../python/bring.sh" ssh "${alone[@]}" -p "$K8S_IMAGE_PORT" "$K8S_IMAGE_USER@$K8S_IMAGE_HOST" &
    session=$!
    wait "$session" || code=$?
    session=
    # The same code as for incomplete results.
    ((code == 0)) || exit 2
  fi
  local remote="file=\$(mktemp) && cat >\"\$file\" && sudo -n $python -B \"\$file\" $K8S_IMAGE_LEVEL $K8S_IMAGE_LIMIT $1; code=\$?
end='systemctl poweroff --force --force'; [ \$code != 10 ] || end='systemctl reboot'
sudo -n sh -c \"touch /run/k8s-gate-ends; (sleep 1; \$end) >/dev/null 2>&1 </dev/null &\"; exit \$code"
  ssh "${ssh_args[@]}" -p "$K8S_IMAGE_PORT" "$K8S_IMAGE_USER@$K8S_IMAGE_HOST" "$remote" <"$work/gate.pyz" >>"$K8S_IMAGE_RESULTS" &
  session=$!
  wait "$session" || code=$?
  session=
}

# SSH still answers for a while before the instance goes down. A file in /run distinguishes the boots.
came_back() {
  local until=$((SECONDS + 2 * K8S_IMAGE_LIMIT))
  # The loop itself tries again. Of an option that is given twice, the first counts.
  while [[ $(ssh -o ConnectionAttempts=1 "${ssh_args[@]}" -p "$K8S_IMAGE_PORT" "$K8S_IMAGE_USER@$K8S_IMAGE_HOST" 'test -e /run/k8s-gate-ends || echo up' 2>/dev/null) != up ]]; do
    ((SECONDS < until)) || return 1
    sleep 2
  done
}

checks "${K8S_IMAGE_REBOOT:-auto}"
if ((code == 10)); then
  if came_back; then
    checks 'done'
  else
    printf '{"level":"boot","check":"reboot","passed":false,"seconds":%d,"message":"after a reboot it did not answer SSH within %d s"}\n' \
      $((2 * K8S_IMAGE_LIMIT)) $((2 * K8S_IMAGE_LIMIT)) >>"$K8S_IMAGE_RESULTS"
    # Nothing would power it off: Packer must end it now.
    code=2
  fi
fi
# Code 3 means that a check failed, which the results show. Any other means that the results are incomplete: sudo, mktemp and a Python that
# cannot start have 1.
((code == 0 || code == 3)) || exit "$code"
