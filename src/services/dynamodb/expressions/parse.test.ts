import assert from "node:assert/strict"
import { test } from "node:test"
import { parseConditionExpression, parseProjectionExpression, parseUpdateExpression } from "./parse.ts"
import { isReserved, RESERVED_WORD_COUNT } from "./reserved-words.ts"

const SYNTAX: [source: string, token: string, near: string][] = [
  ["a x b", "x", "a x b"],
  ["foo", "<EOF>", "foo"],
  ["NOT (#x)", ")", "#x)"],
  ["contains(themes, :theme", "<EOF>", ":theme"],
  ["attribute_not_exists(", "<EOF>", "("],
  ["attribute_exists()", ")", "()"],
  ["a = :b AND", "<EOF>", "AND"],
  ["= :b", "=", "= :b"],
  ["book-price = :p", "-", "book-price"],
  ["a = 5", "5", "= 5"],
  ["a == :b", "=", "== :b"],
  ["a = 'b'", "'", "= 'b"],
  ["a[1 = :b", "=", "1 = :b"],
  ["a[b] = :b", "b", "[b]"],
  ["a..b = :b", ".", "..b"],
  ["_a = :b", "_", "_a"],
  ["a BETWEEN :b OR :c", "OR", ":b OR :c"],
  ["a IN :b", ":b", "IN :b"],
  ["a IN ()", ")", "()"],
  ["(a = :b", "<EOF>", ":b"],
  ["a = :b)", ")", ":b)"],
  ["a = :b c = :d", "c", ":b c ="],
  ["a = : b", ":", "= : b"],
  ["# = :b", "#", "# ="],
  ["(a) AND b = :c", ")", "a) AND"],
  ["(a = :b) = :c", "=", ") = :c"],
  ["(a = :b OR c) = :d", ")", "c) ="],
  ["a = (b = :c)", "=", "b = :c"],
  ["a = (:b", "<EOF>", ":b"],
]

for (const [source, token, near] of SYNTAX) {
  test(`condition ${source} is a syntax error`, () => {
    assert.throws(() => parseConditionExpression("ConditionExpression", source), {
      code: "ValidationException",
      message: `Invalid ConditionExpression: Syntax error; token: "${token}", near: "${near}"`,
    })
  })
}

const REFUSED: [source: string, message: string][] = [
  ["", "The expression can not be empty;"],
  ["  ", "The expression can not be empty;"],
  ["name = :b", "Attribute name is a reserved keyword; reserved keyword: name"],
  ["a.Size = :b", "Attribute name is a reserved keyword; reserved keyword: Size"],
  ["((a = :b))", "The expression has redundant parentheses;"],
  ["((a)) = :b", "The expression has redundant parentheses;"],
  ["a IN (((:b)))", "The expression has redundant parentheses;"],
  ["(size(a))", "The function is not allowed to be used this way in an expression; function: size"],
  ["(contains(a, :b)) = :c", "The function is not allowed to be used this way in an expression; function: contains"],
  ["foo(a)", "Invalid function name; function: foo"],
  ["Attribute_exists(a)", "Invalid function name; function: Attribute_exists"],
  ["size(a)", "The function is not allowed to be used this way in an expression; function: size"],
  [
    "a = attribute_exists(b)",
    "The function is not allowed to be used this way in an expression; function: attribute_exists",
  ],
  ["if_not_exists(a, :b)", "The function is not allowed in a condition expression; function: if_not_exists"],
  [
    "begins_with(a)",
    "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
  ],
  [
    "size(a, b) = :c",
    "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2",
  ],
  [
    `a IN (${Array(101).fill(":b").join(", ")})`,
    "The IN operator is provided with too many operands; number of operands: 101",
  ],
  [`a = :${"b".repeat(4092)}`, "Expression size has exceeded the maximum allowed size; expression size: 4097"],
  [Array(152).fill("a = :b").join(" AND "), "The expression contains too many operators; operator count: 301"],
  [`${"(".repeat(2000)}a`, "The expression contains too many operators; operator count: 301"],
  [`${"NOT ".repeat(1000)}a = :b`, "The expression contains too many operators; operator count: 301"],
]

for (const [source, message] of REFUSED) {
  test(`condition ${JSON.stringify(source.slice(0, 40))} is refused`, () => {
    assert.throws(() => parseConditionExpression("FilterExpression", source), {
      message: `Invalid FilterExpression: ${message}`,
    })
  })
}

test("of an update that is too long the size is told only where it is very long", () => {
  assert.throws(() => parseUpdateExpression(`REMOVE ${"a".repeat(4096)}`), {
    message: "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;",
  })
  assert.throws(() => parseUpdateExpression(`REMOVE ${"a".repeat(205_000)}`), {
    message: "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size; expression size: 205007",
  })
})

test("OR binds loosest, NOT tightest, in any case of letters", () => {
  const parsed = parseConditionExpression("ConditionExpression", "not a = :a and b = :b or (c = :c)")
  assert.equal(parsed.kind, "or")
  assert.equal(parsed.kind === "or" && parsed.left.kind, "and")
  assert.equal(parsed.kind === "or" && parsed.left.kind === "and" && parsed.left.left.kind, "not")
})

test("parentheses that matter are taken", () => {
  parseConditionExpression("ConditionExpression", "(a = :a)")
  parseConditionExpression("ConditionExpression", "((a = :a) AND (b = :b))")
  parseConditionExpression("ConditionExpression", "NOT (NOT (a = :a))")
})

test("operands may stand in parentheses wherever they stand", () => {
  for (const [enclosed, bare] of [
    ["(a) = :b", "a = :b"],
    ["a = (:b)", "a = :b"],
    ["(size(a)) > (size(b))", "size(a) > size(b)"],
    ["size((a)) = :b", "size(a) = :b"],
    ["NOT (a) BETWEEN (:b) AND (:c)", "NOT a BETWEEN :b AND :c"],
    ["((a) IN ((:b), :c)) AND d = :e", "a IN (:b, :c) AND d = :e"],
    ["begins_with((a.#b[0]), (:b))", "begins_with(a.#b[0], :b)"],
    ["((a) = (:b) OR (c = :d)) AND (attribute_exists((e)))", "(a = :b OR c = :d) AND attribute_exists(e)"],
  ] as const) {
    const parse = (source: string) => parseConditionExpression("ConditionExpression", source)
    assert.deepEqual(parse(enclosed), parse(bare), enclosed)
  }
  for (const [enclosed, bare] of [
    ["SET a = (:b)", "SET a = :b"],
    ["SET a = (b) + (:c)", "SET a = b + :c"],
    ["SET a = (b - :c), d = (e)", "SET a = b - :c, d = e"],
    ["SET a = list_append((if_not_exists((b), (:c))), (:d))", "SET a = list_append(if_not_exists(b, :c), :d)"],
  ] as const) {
    assert.deepEqual(parseUpdateExpression(enclosed), parseUpdateExpression(bare), enclosed)
  }
})

test("BETWEEN takes its own AND", () => {
  const parsed = parseConditionExpression("ConditionExpression", "a BETWEEN :b AND :c AND d = :e")
  assert.equal(parsed.kind, "and")
})

test("paths have names, placeholders and indexes", () => {
  assert.deepEqual(parseProjectionExpression("a.#b[3][0].c, d"), [["a", "#b", 3, 0, "c"], ["d"]])
  assert.throws(() => parseProjectionExpression("a,"), {
    message: 'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","',
  })
})

const UPDATES: [source: string, message: string][] = [
  ["", "The expression can not be empty;"],
  ["SET a", 'Syntax error; token: "<EOF>", near: "a"'],
  ["UPDATE a = :b", 'Syntax error; token: "UPDATE", near: "UPDATE a"'],
  ["SET a = :b SET c = :d", 'The "SET" section can only be used once in an update expression;'],
  ["SET a = :b,", 'Syntax error; token: "<EOF>", near: ","'],
  ["SET a = :b + :c + :d", 'Syntax error; token: "+", near: ":c + :d"'],
  ["SET a = (:b + :c) + :d", 'Syntax error; token: "+", near: ") + :d"'],
  ["SET (a) = :b", 'Syntax error; token: "(", near: "SET (a"'],
  ["REMOVE (a)", 'Syntax error; token: "(", near: "REMOVE (a"'],
  ["SET a = ((:b))", "The expression has redundant parentheses;"],
  ["ADD a b", 'Syntax error; token: "b", near: "a b"'],
  ["REMOVE :a", 'Syntax error; token: ":a", near: "REMOVE :a"'],
  ["SET a = foo(b)", "Invalid function name; function: foo"],
  ["SET a = size(b)", "The function is not allowed in an update expression; function: size"],
  ["SET status = :b", "Attribute name is a reserved keyword; reserved keyword: status"],
  [
    "SET a = list_append(b)",
    "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1",
  ],
]

for (const [source, message] of UPDATES) {
  test(`update ${JSON.stringify(source)} is refused`, () => {
    assert.throws(() => parseUpdateExpression(source), { message: `Invalid UpdateExpression: ${message}` })
  })
}

test("a path has 32 steps and no more", () => {
  parseProjectionExpression(`a${".b".repeat(16)}${"[0]".repeat(15)}`)
  assert.throws(() => parseProjectionExpression(`a${".b".repeat(16)}${"[0]".repeat(16)}`), {
    message: "Invalid ProjectionExpression: The document path has too many nesting levels; nesting levels: 33",
  })
})

test("the list of reserved words is whole", () => {
  assert.equal(RESERVED_WORD_COUNT, 573)
  for (const word of ["abort", "NAME", "Zone", "flattern"]) assert.ok(isReserved(word), word)
  assert.ok(!isReserved("pk"))
})
