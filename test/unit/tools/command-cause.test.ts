import { commandCause } from '../../../src/tools/command-cause.js'

test.each([
  [
    `ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated …
    ansible-core==2.19.14 from https://files.example/ansible_core-2.19.14-py3-none-any.whl (from -r /x/requirements.txt (line 1)):
        Expected sha256 1e76
             Got        d518`,
    'a package is not what its hash in ansible/requirements.txt says: ansible-core==2.19.14 from https://files.example/ansible_core-2.19.14-py3-none-any.whl',
  ],
  [
    `WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip.HTTPConnection object>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/ansible-core/
ERROR: No matching distribution found for ansible-core==2.19.14`,
    'the package index does not answer: [Errno 111] Connection refused',
  ],
  [
    'ERROR: Could not find a version\nERROR: No matching distribution found for cffi==2.1.1\n',
    'No matching distribution found for cffi==2.1.1',
  ],
  [
    'The virtual environment was not created successfully because ensurepip is not available.  On Debian/Ubuntu …',
    'the venv module of this Python is missing',
  ],
  ['/usr/bin/python3: No module named venv', 'the venv module of this Python is missing'],
  ['Killed', 'Killed'],
  ['', 'exit code 9'],
])('%j', (output, cause) => {
  expect(commandCause(output, 9)).toBe(cause)
})
