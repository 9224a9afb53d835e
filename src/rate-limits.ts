import { isIP } from "node:net"
import { BoundedCache } from "./base/bounded-cache.ts"
import { type Budget, createBudget } from "./base/budget.ts"
import type { Clock } from "./base/clock.ts"
import type { Rate, RateCategory, Service } from "./service.ts"
import { WireError } from "./wire/errors.ts"

/** What a refusal tells `hallpass explain`. */
export interface TooOften extends Rate {
  check: "how often"
  category: string
  operations: readonly string[]
  /** Whose calls they were, or undefined where all callers' were too many. */
  address: string | undefined
}

/** Addresses that are told apart; of more, those are forgotten that have been quiet the longest. */
const ADDRESSES_AT_MOST = 10_000

export interface RateLimits {
  /** Asked for each call that needs no signature, before anything is made of it: counts it, or throws the refusal. */
  assert(action: string, address: string): void
  /** Counts nothing, and throws where whatever the service takes from strangers would be refused: which it is stands in a body. */
  assertAny(service: string, address: string): void
}

/**
 * How often strangers may call what asks for no signature, by their addresses. Each process counts for itself and keeps
 * nothing when it ends. `times` is what the rates are multiplied by.
 */
export function createRateLimits(services: readonly Service[], clock: Clock, times: number): RateLimits {
  const byAction = new Map<string, Counter>()
  const byService = new Map<string, readonly Counter[]>()
  for (const { name: service, rates = [] } of services) {
    const counters = rates.map((category) => createCounter(category, clock, times))
    byService.set(service, counters)
    for (const [i, { operations }] of rates.entries())
      for (const name of operations) byAction.set(`${service}:${name}`, counters[i]!)
  }
  return {
    assert: (action, address) => byAction.get(action)?.count(address),
    assertAny(service, address) {
      const counters = byService.get(service) ?? []
      if (counters.length > 0 && counters.every((counter) => counter.isSpent(address))) counters[0]!.count(address)
    },
  }
}

interface Counter {
  count(address: string): void
  isSpent(address: string): boolean
}

function createCounter(category: RateCategory, clock: Clock, times: number): Counter {
  const each = multiplied(category.each, times)
  const all = category.all && multiplied(category.all, times)
  const open = ({ perSecond, atOnce }: Rate): Budget => createBudget(clock, { perSecond, most: atOnce })
  const ofAll = all && open(all)
  const byNetwork = new BoundedCache<string, Budget>(ADDRESSES_AT_MOST)
  return {
    count(address) {
      const network = networkOf(address)
      const found = byNetwork.find(network)
      const budget = found ?? open(each)
      if (!found) byNetwork.put(network, budget)
      // Who has used up what is theirs takes nothing of what is everybody's.
      if (!budget.spend(1)) throw tooOften(category, each, network)
      if (all && !ofAll!.spend(1)) throw tooOften(category, all, undefined)
    },
    isSpent: (address) => byNetwork.find(networkOf(address))?.isSpent() || ofAll?.isSpent() || false,
  }
}

/** One call at once there is always. */
const multiplied = ({ perSecond, atOnce }: Rate, times: number): Rate => ({
  perSecond: perSecond * times,
  atOnce: Math.max(1, atOnce * times),
})

/** A subscriber has 2^64 addresses of IPv6 (RFC 6177), which are one here. What is no address, as proxies may say, is one too. */
function networkOf(address: string): string {
  const version = isIP(address)
  if (version !== 6) return version === 4 ? address : "unknown"
  const [before = "", after] = address.replace(/%.*/, "").split("::")
  const groups = before === "" ? [] : before.split(":")
  if (after !== undefined) {
    const last = after === "" ? [] : after.split(":")
    // An IPv4 address at the end stands for two groups.
    const length = groups.length + last.length + (after.includes(".") ? 1 : 0)
    groups.push(...Array.from({ length: 8 - length }, () => "0"), ...last)
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(":")}::/64`
}

function tooOften(category: RateCategory, rate: Rate, address: string | undefined): WireError {
  const { name, operations, refusal = cognitoRefusal } = category
  return refusal({ check: "how often", category: name, operations, address, ...rate } satisfies TooOften)
}

/** Code, text and status as reported of user pools and identity pools (amplify-js issues 3554, 6767 and 13608; igv issue 1311). */
const cognitoRefusal = (because: unknown) => new WireError("TooManyRequestsException", "Rate exceeded", { because })
