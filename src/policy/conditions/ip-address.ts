import { comparison } from "./comparison.ts"

/** The 16-bit groups of an address: two for IPv4, eight for IPv6. */
type Address = readonly number[]

interface Network {
  readonly address: Address
  readonly bits: number
}

const MAPPED = [0, 0, 0, 0, 0, 0xffff]

/** Undefined where the text is no address. An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is that IPv4 address. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) return parseIpv4(text)
  const groups = parseIpv6(text)
  return groups !== undefined && MAPPED.every((group, i) => groups[i] === group) ? groups.slice(6) : groups
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split(".", 5)
  if (parts.length !== 4) return undefined
  const octets = parts.map((part) => (OCTET.test(part) ? Number(part) : 256))
  if (octets.some((octet) => octet > 255)) return undefined
  const [a, b, c, d] = octets as [number, number, number, number]
  return [a * 256 + b, c * 256 + d]
}

const OCTET = /^(?:0|[1-9]\d{0,2})$/
const GROUP = /^[0-9a-f]{1,4}$/i

function parseIpv6(text: string): Address | undefined {
  if (text.length > 45) return undefined
  const halves = text.split("::", 3)
  if (halves.length > 2) return undefined
  const [front, back] = halves.map((half, i) => parseGroups(half, i === halves.length - 1))
  if (front === undefined) return undefined
  if (halves.length === 1) return front.length === 8 ? front : undefined
  if (back === undefined || front.length + back.length > 7) return undefined
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back]
}

/** Groups between colons; the last ones may be written as an IPv4 address. */
function parseGroups(text: string, last: boolean): Address | undefined {
  if (text === "") return []
  const groups: number[] = []
  const parts = text.split(":")
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const ipv4 = last && i === parts.length - 1 ? parseIpv4(part) : undefined
      if (ipv4 === undefined) return undefined
      groups.push(...ipv4)
    }
  }
  return groups
}

/** An address with the length of its network, all of it where left out (RFC 4632). */
function parseNetwork(text: string): Network | undefined {
  const [written = "", length, ...rest] = text.split("/", 3)
  const address = parseAddress(written)
  if (address === undefined || rest.length > 0) return undefined
  const size = address.length * 16
  if (length === undefined) return { address, bits: size }
  if (!/^\d{1,3}$/.test(length)) return undefined
  const mapped = written.includes(":") && size === 32 ? 96 : 0
  const bits = Number(length) - mapped
  return bits >= 0 && bits <= size ? { address, bits } : undefined
}

function isWithin(network: Network, address: Address): boolean {
  if (network.address.length !== address.length) return false
  let left = network.bits
  for (let i = 0; left > 0; i++, left -= 16) {
    const shift = left >= 16 ? 0 : 16 - left
    if ((network.address[i] as number) >> shift !== (address[i] as number) >> shift) return false
  }
  return true
}

export const IP_ADDRESS = comparison<Network, Address>({
  parseOperand: parseNetwork,
  parseValue: parseAddress,
  holds: isWithin,
})
