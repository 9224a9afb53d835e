import assert from "node:assert/strict"
import { test } from "node:test"
import { afterKey, afterPrefix, type Fetch, type Keyed, walk } from "./walk.ts"

const KEYS = ["a", "b/1", "b/2", "b/c/1", "bb", "d//1", "d//2", "e", "ü/1", "\u{1f600}", "\uffff"]

interface Counted {
  fetch: Fetch<Keyed>
  read: number
}

function source(keys: readonly string[]): Counted {
  const sorted = keys.map((key) => Buffer.from(key)).sort(Buffer.compare)
  const counted: Counted = {
    read: 0,
    fetch: async (position, limit) => {
      const from = "at" in position ? position.at : afterKey(position.past.key)
      const page = sorted.filter((key) => Buffer.compare(key, from) >= 0).slice(0, limit)
      counted.read += page.length
      return page.map((key) => ({ key }))
    },
  }
  return counted
}

async function list(
  keys: readonly string[],
  prefix: string,
  delimiter: string,
  most = 1000,
  from: Buffer = Buffer.alloc(0),
) {
  const options = { prefix: Buffer.from(prefix), delimiter: Buffer.from(delimiter), most }
  const start = Buffer.compare(options.prefix, from) > 0 ? options.prefix : from
  const walked = await walk(source(keys).fetch, { ...options, from: { at: start } })
  const names = walked.items.map((item) =>
    item.kind === "prefix" ? `${item.prefix.toString()}*` : item.entry.key.toString(),
  )
  return { names, isTruncated: walked.isTruncated, items: walked.items }
}

const CASES: [name: string, prefix: string, delimiter: string, expected: string[]][] = [
  [
    "all, in the order of their bytes",
    "",
    "",
    ["a", "b/1", "b/2", "b/c/1", "bb", "d//1", "d//2", "e", "ü/1", "\uffff", "\u{1f600}"],
  ],
  ["rolled up", "", "/", ["a", "b/*", "bb", "d/*", "e", "ü/*", "\uffff", "\u{1f600}"]],
  ["under a prefix", "b/", "/", ["b/1", "b/2", "b/c/*"]],
  ["under half a name", "b", "/", ["b/*", "bb"]],
  [
    "a delimiter of several characters",
    "",
    "//",
    ["a", "b/1", "b/2", "b/c/1", "bb", "d//*", "e", "ü/1", "\uffff", "\u{1f600}"],
  ],
  ["a delimiter that is nowhere", "b", "|", ["b/1", "b/2", "b/c/1", "bb"]],
  ["nothing under the prefix", "x", "/", []],
  ["the delimiter within the prefix does not count", "d/", "/", ["d//*"]],
]

for (const [name, prefix, delimiter, expected] of CASES)
  test(`lists ${name}`, async () => {
    const { names, isTruncated } = await list(KEYS, prefix, delimiter)
    assert.deepEqual(names, expected)
    assert.equal(isTruncated, false)
  })

for (const delimiter of ["", "/", "//"])
  for (const most of [1, 2, 3, 5])
    test(`pages of ${most} with delimiter "${delimiter}" give what one page gives`, async () => {
      const whole = await list(KEYS, "", delimiter)
      const names: string[] = []
      let from: Buffer = Buffer.alloc(0)
      for (let pages = 0; pages < 50; pages++) {
        const page = await list(KEYS, "", delimiter, most, from)
        names.push(...page.names)
        assert.ok(page.names.length <= most)
        if (!page.isTruncated) break
        assert.equal(page.names.length, most)
        const last = page.items.at(-1)!
        from = last.kind === "prefix" ? afterPrefix(last.prefix) : afterKey(last.entry.key)
      }
      assert.deepEqual(names, whole.names)
    })

test("a page that is full and the last is not truncated", async () => {
  assert.equal((await list(["a", "b"], "", "", 2)).isTruncated, false)
  assert.equal((await list(["a/1", "b/1"], "", "/", 2)).isTruncated, false)
  assert.equal((await list(["a/1", "b/1", "c"], "", "/", 2)).isTruncated, true)
})

test("a page of none is empty and not truncated", async () => {
  assert.deepEqual(await list(KEYS, "", "", 0), { names: [], isTruncated: false, items: [] })
})

test("what a common prefix stands for is skipped", async () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => `folder/${index}`)
  const counted = source([...keys, "z"])
  const { items } = await walk(counted.fetch, {
    prefix: Buffer.alloc(0),
    delimiter: Buffer.from("/"),
    from: { at: Buffer.alloc(0) },
    most: 1000,
  })
  assert.equal(items.length, 2)
  assert.ok(counted.read < 100, `read ${counted.read}`)
})
