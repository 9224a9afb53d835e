import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { movableClock } from "./base/clock.ts"
import { createRateLimits, type TooOften } from "./rate-limits.ts"
import type { RateCategory, Service } from "./service.ts"
import { WireError } from "./wire/errors.ts"

const MAKING: RateCategory = {
  name: "Making",
  operations: ["Make", "MakeAgain"],
  each: { perSecond: 2, atOnce: 4 },
  all: { perSecond: 10, atOnce: 10 },
}
const READING: RateCategory = { name: "Reading", operations: ["Read"], each: { perSecond: 1, atOnce: 1 } }

function opened(times = 1) {
  let now = 0
  const clock = movableClock({ now: () => now })
  const services = [{ name: "a", rates: [MAKING, READING] }, { name: "b" }] as unknown as Service[]
  const rates = createRateLimits(services, clock, times)
  /** How many of so many calls are let through. */
  const call = (action: string, address: string, count: number) => {
    let taken = 0
    for (let i = 0; i < count; i++)
      try {
        rates.assert(action, address)
        taken++
      } catch (error) {
        assert.ok(error instanceof WireError)
        assert.equal(error.code, "TooManyRequestsException")
      }
    return taken
  }
  return { rates, call, pass: (seconds: number) => (now += seconds * 1000), clock }
}

describe("how often strangers may call", () => {
  test("as many at once as may be, and then as time passes", () => {
    const { call, pass } = opened()
    assert.equal(call("a:Make", "192.0.2.1", 10), 4)
    pass(1)
    assert.equal(call("a:Make", "192.0.2.1", 10), 2)
    pass(3600)
    assert.equal(call("a:Make", "192.0.2.1", 10), 4)
  })

  test("operations of one category are counted together, and those of another apart", () => {
    const { call } = opened()
    assert.equal(call("a:Make", "192.0.2.1", 3), 3)
    assert.equal(call("a:MakeAgain", "192.0.2.1", 3), 1)
    assert.equal(call("a:Read", "192.0.2.1", 3), 1)
  })

  test("what has no rate is not counted", () => {
    const { call } = opened()
    assert.equal(call("a:Other", "192.0.2.1", 1000), 1000)
    assert.equal(call("b:Make", "192.0.2.1", 1000), 1000)
  })

  test("one address uses up nothing of another's, and all together no more than all may", () => {
    const { call, pass } = opened()
    assert.equal(call("a:Make", "192.0.2.1", 100), 4)
    assert.equal(call("a:Make", "192.0.2.2", 100), 4)
    assert.equal(call("a:Make", "192.0.2.3", 100), 2)
    pass(0.5)
    assert.equal(call("a:Make", "192.0.2.4", 100), 4)
  })

  for (const [one, other, isSame] of [
    ["2001:db8::1", "2001:db8::2", true],
    ["2001:db8::1", "2001:0db8:0:0:ffff::1", true],
    ["2001:db8:0:1::1", "2001:db8:0:2::1", false],
    ["::1", "::2", true],
    ["fe80::1%eth0", "fe80::2%eth1", true],
    ["64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", true],
    ["1:2:3:4:5:6:7:8", "1:2:3:4::", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["unknown", "_hidden", true],
  ] as const)
    test(`${one} and ${other} are ${isSame ? "one" : "two"}`, () => {
      const { call } = opened()
      call("a:Read", one, 1)
      assert.equal(call("a:Read", other, 1), isSame ? 0 : 1)
    })

  test("times the usual rates, and never none at all", () => {
    assert.equal(opened(0.5).call("a:Make", "192.0.2.1", 10), 2)
    assert.equal(opened(0.001).call("a:Make", "192.0.2.1", 10), 1)
  })

  test("a clock that is set back gives nobody more, and locks nobody out", () => {
    const { call, clock, pass } = opened()
    assert.equal(call("a:Make", "192.0.2.1", 10), 4)
    clock.set(-3_600_000)
    assert.equal(call("a:Make", "192.0.2.1", 10), 0)
    pass(1)
    assert.equal(call("a:Make", "192.0.2.1", 10), 2)
  })

  test("more addresses than are told apart take no more memory, nor more than all may", () => {
    const { call } = opened()
    let taken = 0
    for (let i = 0; i < 30_000; i++) taken += call("a:Make", `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 1)
    assert.equal(taken, 10)
  })

  test("a service of which nothing more is taken is known before it is known what is asked of it", () => {
    const { rates, call, pass } = opened()
    const assertAny = (service = "a") => rates.assertAny(service, "192.0.2.1")
    call("a:Make", "192.0.2.1", 4)
    assertAny()
    call("a:Read", "192.0.2.1", 1)
    assert.throws(() => assertAny(), WireError)
    assertAny("b")
    rates.assertAny("a", "192.0.2.2")
    pass(1)
    assertAny()
    assert.equal(call("a:Make", "192.0.2.1", 10), 2, "looking takes nothing")
  })

  test("a refusal says what may be", () => {
    const { rates, call } = opened()
    call("a:Make", "192.0.2.1", 4)
    assert.throws(
      () => rates.assert("a:Make", "192.0.2.1"),
      (error: WireError) => {
        const facts: TooOften = {
          check: "how often",
          category: "Making",
          operations: ["Make", "MakeAgain"],
          address: "192.0.2.1",
          perSecond: 2,
          atOnce: 4,
        }
        assert.deepEqual([error.code, error.message, error.status], ["TooManyRequestsException", "Rate exceeded", 400])
        assert.deepEqual(error.because, facts)
        return true
      },
    )
  })
})
