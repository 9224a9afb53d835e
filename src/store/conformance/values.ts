import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import { isStoreError } from "../errors.ts"
import type { Store, Value } from "../store.ts"
import type { Engine } from "./engine.ts"
import { INSERT, openThings } from "./things.ts"

/** Sorted bytewise by their UTF-8 form, which is neither how locales nor how JavaScript sorts them. */
const NAMES = [
  "",
  "\u0000",
  "\u0000a",
  "\u0001",
  "\u0002",
  " ",
  "%",
  "A",
  "B",
  "Z",
  "_",
  "a",
  "a\u0000",
  "a\u0001",
  "a b",
  "ab",
]
  .concat(["b", "z", "~", "\u00e9", "e\u0301", "\u00df", "\ufb00", "\uff5e", "\u{1d11e}", "\u{1f600}"])
  .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

export function valueCases(engine: Engine): void {
  describe("values", () => {
    let store: Store
    before(async () => {
      store = await openThings(engine)
    })

    const sizes: Value[] = [
      0,
      1,
      -1,
      2 ** 31,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
      2n ** 53n,
      2n ** 63n - 1n,
      -(2n ** 63n - 1n),
      null,
    ]
    for (const size of sizes) {
      test(`the integer ${size} comes back the same`, async () => {
        const name = `integer ${size}`
        await store.transact((tx) => tx.run(INSERT, "integers", name, size, null, null))
        const row = await store.read((tx) => tx.get<{ size: Value }>("SELECT size FROM things WHERE name = $1", name))
        assert.equal(row?.size, size)
        const returned = await store.transact((tx) =>
          tx.get<{ size: Value }>("UPDATE things SET body = 'x' WHERE name = $1 RETURNING size", name),
        )
        assert.equal(returned?.size, size)
        const found = await store.read((tx) => tx.all("SELECT name FROM things WHERE size = $1", size))
        assert.equal(found.length, size === null ? 0 : 1)
      })
    }

    test("sums and counts are numbers", async () => {
      for (const size of [1, 2, 3]) await store.transact((tx) => tx.run(INSERT, "sums", `${size}`, size, null, null))
      const sql = "SELECT sum(size) AS sum, count(*) AS count, max(size) AS max FROM things WHERE owner = $1"
      assert.deepEqual({ ...(await store.read((tx) => tx.get(sql, "sums"))) }, { sum: 6, count: 3, max: 3 })
    })

    const refusals: [string, unknown][] = [
      ["a fraction", 1.5],
      ["NaN", Number.NaN],
      ["infinity", Number.POSITIVE_INFINITY],
      ["a number that is no safe integer", 2 ** 53],
      ["an integer of 65 bits", 2n ** 63n],
      ["the least integer of 64 bits", -(2n ** 63n)],
      ["a boolean", true],
      ["undefined", undefined],
      ["an object", {}],
      ["text in a column of integers", "five"],
    ]
    for (const [what, value] of refusals) {
      test(`${what} is refused`, async () => {
        const writing = store.transact((tx) => tx.run(INSERT, "refused", what, value as Value, null, null))
        await assert.rejects(writing, (error) => isStoreError(error, "misuse"))
        assert.equal(await store.read((tx) => tx.get("SELECT name FROM things WHERE name = $1", what)), undefined)
      })
    }

    for (const bytes of [[], [0], [0, 255, 1], [...Array(70_000).keys()]]) {
      test(`${bytes.length} bytes come back the same`, async () => {
        const content = Uint8Array.from(bytes)
        await store.transact((tx) => tx.run(INSERT, "bytes", `${bytes.length}`, null, content, null))
        const row = await store.read((tx) =>
          tx.get<{ content: Uint8Array }>(
            "SELECT content FROM things WHERE owner = 'bytes' AND name = $1",
            `${bytes.length}`,
          ),
        )
        assert.equal(Object.getPrototypeOf(row?.content), Uint8Array.prototype)
        assert.deepEqual(row?.content, content)
      })
    }

    test("NULL is NULL and the empty text is not", async () => {
      await store.transact((tx) => tx.run(INSERT, "nulls", "null", null, null, null))
      await store.transact((tx) => tx.run(INSERT, "nulls", "empty", null, null, ""))
      const rows = await store.read((tx) =>
        tx.all<{ body: string | null }>("SELECT body FROM things WHERE owner = 'nulls' ORDER BY name"),
      )
      assert.deepEqual(
        rows.map((row) => row.body),
        ["", null],
      )
    })

    test("ill-formed UTF-16 is stored with replacement characters", async () => {
      await store.transact((tx) => tx.run(INSERT, "ill-formed", "a\ud800b", null, null, null))
      const row = await store.read((tx) =>
        tx.get<{ name: string }>("SELECT name FROM things WHERE owner = 'ill-formed'"),
      )
      assert.equal(row?.name, "a\ufffdb")
    })

    test("text is sorted and paged bytewise", async () => {
      await store.transact(async (tx) => {
        for (const name of NAMES.toReversed()) await tx.run(INSERT, "names", name, null, null, null)
      })
      const all = await store.read((tx) =>
        tx.all<{ name: string }>("SELECT name FROM things WHERE owner = $1 ORDER BY name", "names"),
      )
      assert.deepEqual(
        all.map((row) => row.name),
        NAMES,
      )
      const paged: string[] = []
      for (let last: string | undefined, more = true; more; ) {
        const page = await store.read((tx) =>
          last === undefined
            ? tx.all<{ name: string }>("SELECT name FROM things WHERE owner = 'names' ORDER BY name LIMIT $1", 4)
            : tx.all<{ name: string }>(
                "SELECT name FROM things WHERE (owner, name) > ('names', $1) AND owner = 'names' ORDER BY name LIMIT $2",
                last,
                4,
              ),
        )
        paged.push(...page.map((row) => row.name))
        last = page.at(-1)?.name
        more = page.length === 4
      }
      assert.deepEqual(paged, NAMES)
    })

    test("every text is found by itself and by nothing else", async () => {
      for (const name of NAMES) {
        const rows = await store.read((tx) =>
          tx.all<{ name: string }>("SELECT name FROM things WHERE owner = 'names' AND name = $1", name),
        )
        assert.deepEqual(
          rows.map((row) => row.name),
          [name],
        )
      }
    })

    test("LIKE minds the case and takes the escape that it is given", async () => {
      const like = async (pattern: string) => {
        const sql = "SELECT name FROM things WHERE owner = 'names' AND name LIKE $1 ESCAPE '!' ORDER BY name"
        return (await store.read((tx) => tx.all<{ name: string }>(sql, pattern))).map((row) => row.name)
      }
      assert.deepEqual(await like("A%"), ["A"])
      assert.deepEqual(await like("!%%"), ["%"])
      assert.deepEqual(await like("a %"), ["a b"])
    })

    test("a placeholder may come twice and in any order, and is none inside of quotes", async () => {
      const sql = "SELECT name AS \"$4\", '$3' AS text FROM things WHERE owner = $2 AND name >= $1 AND name <= $1"
      const row = await store.read((tx) => tx.get(sql, "ab", "names"))
      assert.deepEqual({ ...row }, { $4: "ab", text: "$3" })
    })

    for (const values of [[], ["a"], ["a", "b", "c"]]) {
      test(`${values.length} values for two placeholders are refused`, async () => {
        const sql = "SELECT name FROM things WHERE owner = $1 AND name = $2"
        await assert.rejects(
          store.read((tx) => tx.all(sql, ...values)),
          (error) => isStoreError(error, "misuse"),
        )
      })
    }

    test("an error carries none of the values", async () => {
      const secret = "hunter2"
      const write = () => store.transact((tx) => tx.run(INSERT, "secrets", secret, null, null, null))
      const failures = [
        await write()
          .then(write)
          .catch((error) => error),
        await store.transact((tx) => tx.run("UPDATE things SET size = $1", secret)).catch((error) => error),
      ]
      for (const failure of failures) {
        assert(isStoreError(failure))
        for (let error: unknown = failure; error instanceof Error; error = error.cause) {
          assert(!JSON.stringify([error.message, error.stack, { ...error }]).includes(secret), error.message)
        }
      }
    })
  })
}
