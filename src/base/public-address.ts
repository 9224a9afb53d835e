import { BlockList, isIP } from "node:net"

/** IANA's special-purpose IPv4 addresses, multicast, and what is reserved: nobody's server is there for everybody. */
const SPECIAL_4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
]
/** Within IPv6's global unicast: protocol assignments with Teredo, documentation, 6to4. */
const SPECIAL_6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]

const special4 = blockList(SPECIAL_4, "ipv4")
const special6 = blockList(SPECIAL_6, "ipv6")
const global6 = blockList(["2000::/3"], "ipv6")

function blockList(subnets: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network, prefix] = subnet.split("/")
    list.addSubnet(network!, Number(prefix), family)
  }
  return list
}

const loopback4 = blockList(["127.0.0.0/8"], "ipv4")

/** An IPv4 address inside an IPv6 one: mapped (RFC 4291), or translated by NAT64 (RFC 6052). */
const EMBEDDED = /^\[(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/

function embeddedIn(address: string): string | undefined {
  const url = `http://[${address}]`
  const found = URL.canParse(url) ? EMBEDDED.exec(new URL(url).hostname) : null
  if (!found) return undefined
  const [high, low] = [Number.parseInt(found[1]!, 16), Number.parseInt(found[2]!, 16)]
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".")
}

/** Whether an IP address is one of the Internet at large: no machine's own, no private network's, no group's. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !special4.check(address, "ipv4")
  if (isIP(address) !== 6 || address.includes("%")) return false
  const embedded = embeddedIn(address)
  if (embedded !== undefined) return isPublicAddress(embedded)
  return global6.check(address, "ipv6") && !special6.check(address, "ipv6")
}

export const isLoopbackAddress = (address: string): boolean =>
  isIP(address) === 4 ? loopback4.check(address, "ipv4") : address === "::1"
