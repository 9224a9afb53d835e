import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { MasterKey } from "../../base/master-key.ts"
import { WireError } from "../../wire/errors.ts"
import { listPageOf, type PageInput } from "./paging.ts"

const context = { masterKey: new MasterKey(new Uint8Array(32).fill(1)), account: "123456789012" }
const itself = (item: string) => item

async function readAll(all: readonly string[], MaxItems: number): Promise<string[]> {
  const read: string[] = []
  let paging: PageInput = { MaxItems }
  for (;;) {
    const page = await listPageOf(context, paging, "list", all, itself)
    read.push(...page.items)
    if (!page.IsTruncated) return read
    assert.ok(page.Marker!.length <= 320, `a marker of ${page.Marker!.length}`)
    paging = { MaxItems, Marker: page.Marker! }
  }
}

describe("pages of a list", () => {
  const cases: [what: string, items: string[]][] = [
    ["nothing", []],
    ["one item", ["a"]],
    ["a few, out of order", ["c", "a", "b", "e", "d"]],
    ["long keys that begin alike", Array.from({ length: 7 }, (_, i) => `${"x".repeat(600)}${i}`)],
    ["keys of other scripts", Array.from({ length: 7 }, (_, i) => `${"鍵".repeat(128 - i)}`)],
  ]
  for (const [what, items] of cases)
    for (const size of [1, 2, 5, 100])
      it(`hold ${what} once each, ${size} at a time`, async () => {
        assert.deepEqual((await readAll(items, size)).sort(), [...items].sort())
      })

  it("go on after an item that is gone", async () => {
    const first = await listPageOf(context, { MaxItems: 2 }, "list", ["a", "b", "c", "d"], itself)
    const second = await listPageOf(context, { Marker: first.Marker! }, "list", ["a", "c", "d"], itself)
    assert.deepEqual(second.items, ["c", "d"])
  })

  it("refuse markers of others and made-up ones", async () => {
    const { Marker } = await listPageOf(context, { MaxItems: 1 }, "list", ["a", "b"], itself)
    const isInvalid = (error: unknown) => error instanceof WireError && error.code === "ValidationError"
    const use = (marker: string, list: string, account = context.account) =>
      listPageOf({ ...context, account }, { Marker: marker }, list, ["a", "b"], itself)
    await use(Marker!, "list")
    await assert.rejects(use(Marker!, "other"), isInvalid)
    await assert.rejects(use(Marker!, "list", "210987654321"), isInvalid)
    await assert.rejects(use("", "list"), isInvalid)
    await assert.rejects(use(`${Marker!.slice(0, -2)}AA`, "list"), isInvalid)
  })
})
