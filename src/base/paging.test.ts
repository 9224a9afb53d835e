import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { MasterKey } from "./master-key.ts"
import { listPage } from "./paging.ts"

const masterKey = new MasterKey(new Uint8Array(32).fill(1))
const invalidToken = () => new Error("bad token")
const rowsOf = (all: readonly string[]) => ({
  load: async (after: string, limit: number) => all.filter((one) => one > after).slice(0, limit),
  keyOf: (one: string) => one,
})
const pageOf = (all: readonly string[], token?: string, { list = "list", limit = 2, key = masterKey } = {}) =>
  listPage(key, { list, token, limit, invalidToken }, rowsOf(all))

describe("pages of a list", () => {
  it("hold each row once, and the last has no token", async () => {
    const all = ["a", "b", "c", "d", "鍵"]
    for (const limit of [1, 2, 4, 5, 6]) {
      const read: string[] = []
      let token: string | undefined
      do {
        const { items, next } = await pageOf(all, token, { limit })
        read.push(...items)
        token = next
      } while (token !== undefined)
      assert.deepEqual(read, all, `${limit} at a time`)
    }
  })

  it("go on after a row that is gone, and show one that came", async () => {
    const { next } = await pageOf(["a", "b", "c"])
    assert.deepEqual(await pageOf(["a", "bb", "c"], next), { items: ["bb", "c"] })
  })

  it("have none where there are no rows", async () => assert.deepEqual(await pageOf([]), { items: [] }))

  it("refuse a token that is not this list's, before anything is loaded", async () => {
    const { next } = await pageOf(["a", "b", "c"])
    const refused: [what: string, token: string, other?: Parameters<typeof pageOf>[2]][] = [
      ["of another list", next!, { list: "other" }],
      ["of another master key", next!, { key: new MasterKey(new Uint8Array(32).fill(2)) }],
      ["altered", `${next!.slice(0, -2)}AA`],
      ["cut short", next!.slice(0, 8)],
      ["a key alone", Buffer.from("b").toString("base64url")],
      ["no base64", "%%%"],
      ["empty", ""],
    ]
    for (const [what, token, other] of refused) await assert.rejects(pageOf(["a"], token, other), /bad token/, what)
    const load = () => assert.fail("loaded")
    const asked = { list: "list", token: "", limit: 1, invalidToken }
    await assert.rejects(listPage(masterKey, asked, { load, keyOf: String }), /bad token/)
  })
})
