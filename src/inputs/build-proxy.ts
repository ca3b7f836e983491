import type { Report } from '../lib/schema.js'
import type { BuildProxy } from '../model/inputs.js'
import { list } from './parse.js'

/** The form that apt, dnf, Python and Go all accept: plain HTTP to the proxy, with user and password in its address. */
const ADDRESS = /^http:\/\/([A-Za-z0-9._~%!$&()*+,;=:-]+@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?\/?$/
const HOST = /^[A-Za-z0-9.:*/_[\]-]+$/

/** The input `build-proxy`: the proxy's address, then hosts that bypass it. Messages never show the address, which may have a password. */
export function readBuildProxy(text: string, report: Report): BuildProxy {
  const [first = '', ...rest] = text.split(/\s+/)
  const address = first.replace(/,$/, '')
  if (!ADDRESS.test(address))
    report(
      "its first word is not a proxy's address",
      'write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, percent-encoded',
    )
  const none = list(rest.join(' '))
  for (const host of none.filter((each) => !HOST.test(each)))
    report(`"${host}" is not a host to reach without the proxy`, 'write it like mirror.example.com or .example.com')
  return { address, none }
}
