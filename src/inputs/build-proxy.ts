import type { Report } from '../lib/schema.js'
import type { BuildProxy } from '../model/inputs.js'
import { list } from './parse.js'

/** What apt, dnf, Python and Go all take: they speak plain HTTP with a proxy, and find user and password in its address. */
const ADDRESS = /^http:\/\/([A-Za-z0-9._~%!$&()*+,;=:-]+@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?\/?$/
const HOST = /^[A-Za-z0-9.:*/_[\]-]+$/

/** The input `build-proxy`: the proxy's address, then hosts to reach without it. No message repeats the address, which may hold a password. */
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
    report(`"${host}" is not a host to reach without the proxy`, 'it looks like mirror.example.com or .example.com')
  return { address, none }
}
