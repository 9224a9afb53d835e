import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { isModestXml, parseXml } from "./xml-parse.ts"

describe("documents", () => {
  for (const [text, expected] of [
    ["<a/>", "a[]"],
    ["<a></a>", "a[]"],
    ['<?xml version="1.0"?>\n<!-- c --><a>x</a>\n<!-- d -->', "a[x]"],
    ['\ufeff<a b="1" c=\'2"\'/>', 'a{b:1,c:2"}[]'],
    ['<p:a xmlns:p="urn:x" xmlns="urn:y" p:t="v"><p:b/></p:a>', "a{t:v}[b[]]"],
    ["<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;</a>", "a[<&>\"'A😀]"],
    ["<a>x<![CDATA[<b>&amp;]]>y</a>", "a[x<b>&amp;y]"],
    ["<a>1\r\n2\r3&#13;</a>", "a[1\n2\n3\r]"],
    ["<a><b>1</b><b>2</b></a>", "a[b[1]b[2]]"],
    ["<a><?pi x?></a>", "a[]"],
    ["<a >\n</a >", "a[\n]"],
  ] as const) {
    test(JSON.stringify(text), () => assert.equal(shown(parseXml(Buffer.from(text))!), expected))
  }
})

describe("what is no document", () => {
  for (const text of [
    "",
    " ",
    "x",
    "<a>",
    "</a>",
    "<a></b>",
    "<a/><b/>",
    "<a/>x",
    "x<a/>",
    "<a b></a>",
    "<a b=1/>",
    '<a b="1" b="2"/>',
    '<a b="<"/>',
    "<a>&nbsp;</a>",
    "<a>&</a>",
    "<a>&#0;</a>",
    "<a>&#xD800;</a>",
    "<a>&#x110000;</a>",
    "<a>]]></a>",
    "<a><!-- </a>",
    "<a><![CDATA[</a>",
    "<![CDATA[x]]>",
    "<1/>",
    "<a\u0000/>",
    "<a>\u0007</a>",
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    `${"<a>".repeat(100)}${"</a>".repeat(100)}`,
  ]) {
    test(JSON.stringify(text.slice(0, 60)), () => assert.equal(parseXml(Buffer.from(text)), undefined))
  }
})

describe("bytes that hold too much for a document", () => {
  for (const [text, mostTags, expected] of [
    ["<a><b/></a>", 3, true],
    ["<a><b/></a>", 2, false],
    ["<a><!----><![CDATA[<]]></a>", 5, true],
    ["<a><!----><![CDATA[<]]></a>", 4, false],
    [`<a>${"x".repeat(60_000)}</a>`, 2, true],
    [`<a>${"x".repeat(70_000)}</a>`, 2, false],
    [`<a ${"b".repeat(70_000)}`, 2, false],
    ["x".repeat(70_000), 2, false],
    ["", 0, true],
  ] as const)
    test(`${JSON.stringify(text.slice(0, 30))}, of ${mostTags} tags: ${!expected}`, () =>
      assert.equal(isModestXml(Buffer.from(text), mostTags), expected))
})

function shown({ name, attributes, children, text }: NonNullable<ReturnType<typeof parseXml>>): string {
  const pairs = [...attributes].map(([key, value]) => `${key}:${value}`).join(",")
  return `${name}${pairs && `{${pairs}}`}[${text}${children.map(shown).join("")}]`
}

test("a long document is never text as a whole", () => {
  const object = `<Object><Key>${"k".repeat(1_000)}</Key></Object>`
  const bytes = Buffer.from(`<Delete>${object.repeat(2_000)}</Delete>`)
  const before = process.memoryUsage().external
  assert.equal(parseXml(bytes)?.children.length, 2_000)
  // So long a text does not lie in the heap.
  const grown = process.memoryUsage().external - before
  assert.ok(grown < bytes.length / 4, `${grown} bytes more`)
})
