import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { aFunction, answerOf, errorOf, invocation, logOf, openWorld, stored } from "./world.ts"

let world: ReturnType<typeof openWorld>
before(() => {
  world = openWorld()
})
after(() => world[Symbol.asyncDispose]())

const run = (target: ReturnType<typeof aFunction>, event?: unknown) => world.runtime.invoke(target, invocation(event))

test("an environment is used again, with what the module remembers", async () => {
  const target = aFunction("let count = 0; export const handler = async (event) => ({ event, count: ++count })")
  assert.deepEqual(answerOf(await run(target, { a: 1 })), { event: { a: 1 }, count: 1 })
  assert.deepEqual(answerOf(await run(target, { a: 2 })), { event: { a: 2 }, count: 2 })
})

test("two invocations at once have an environment each", async () => {
  const target = aFunction(`
    import { setTimeout as sleep } from "node:timers/promises"
    export const handler = async () => { await sleep(200); return process.env.AWS_LAMBDA_LOG_STREAM_NAME }`)
  const [one, other] = await Promise.all([run(target), run(target)])
  assert.notEqual(answerOf(one), answerOf(other))
})

test("modules of layers are imported as they are required, and those of the code come before them", async () => {
  const layers = [
    stored({
      "nodejs/node_modules/dep/package.json": '{"exports":{"import":"./esm.mjs","require":"./cjs.js"}}',
      "nodejs/node_modules/dep/esm.mjs": 'import own from "inner"; export default `esm with ${own}`',
      "nodejs/node_modules/dep/cjs.js": "module.exports = 'cjs'",
      "nodejs/node_modules/inner/index.js": "module.exports = 'inner'",
      "nodejs/node_modules/both/index.js": "module.exports = 'layer'",
      "nodejs/node24/node_modules/@scope/newer/index.js": "module.exports = 'newer'",
    }),
  ]
  const files = {
    "index.mjs": `
      import { createRequire } from "node:module"
      import dep from "dep"
      import both from "both"
      import newer from "@scope/newer"
      const missing = (name) => import(name).then(() => "found", ({ code }) => code)
      export const handler = async () => [dep, both, newer, createRequire(import.meta.url)("dep"), await missing("nowhere"), await missing("./dep")]`,
    "node_modules/both/index.js": "module.exports = 'code'",
  }
  const missing = "ERR_MODULE_NOT_FOUND"
  assert.deepEqual(answerOf(await run(aFunction(files, { layers }))), [
    "esm with inner",
    "code",
    "newer",
    "cjs",
    missing,
    missing,
  ])
})

test("the report tells what memory the environment takes, however short the invocation", async () => {
  const target = aFunction("export const handler = async () => 1")
  await run(target)
  const [, megabytes] = /Max Memory Used: (\d+) MB/.exec(logOf(await run(target))) ?? []
  // A Node process without anything takes more than this.
  assert.ok(Number(megabytes) > 20, `${megabytes} MB`)
})

const HANDLERS: readonly {
  what: string
  files: Record<string, string>
  handler?: string
  runtime?: string
  answer: unknown
}[] = [
  { what: "a CommonJS module", files: { "index.js": "exports.handler = async () => 'cjs'" }, answer: "cjs" },
  {
    what: "an ES module by package.json",
    files: { "package.json": '{"type":"module"}', "index.js": "export const handler = async () => 'esm'" },
    answer: "esm",
  },
  { what: "a .cjs file", files: { "index.cjs": "exports.handler = async () => 'cjs'" }, answer: "cjs" },
  {
    what: "TypeScript",
    files: { "index.ts": "exports.handler = async (n: number): Promise<string> => 'ts'" },
    answer: "ts",
  },
  {
    what: "a nested name in a folder",
    files: { "src/app.mjs": "export const api = { get: async () => 'nested' }" },
    handler: "src/app.api.get",
    answer: "nested",
  },
  { what: "nothing returned", files: { "index.mjs": "export const handler = async () => {}" }, answer: null },
  {
    what: "a callback",
    files: { "index.js": "exports.handler = (event, context, callback) => setTimeout(callback, 5, null, 'called')" },
    runtime: "nodejs22.x",
    answer: "called",
  },
  {
    what: "a callback that does not wait for the event loop",
    files: {
      "index.js":
        "exports.handler = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); callback(null, 'now') }",
    },
    runtime: "nodejs20.x",
    answer: "now",
  },
  {
    what: "a callback that is never called",
    files: { "index.js": "exports.handler = (event, context, callback) => {}" },
    runtime: "nodejs22.x",
    answer: null,
  },
  {
    what: "context.succeed",
    files: { "index.js": "exports.handler = (event, context) => context.succeed('so')" },
    runtime: "nodejs18.x",
    answer: "so",
  },
]

for (const { what, files, handler = "index.handler", runtime = "nodejs24.x", answer } of HANDLERS)
  test(`it answers: ${what}`, async () => {
    assert.deepEqual(answerOf(await run(aFunction(files, { handler, runtime }))), answer)
  })

const ERRORS: readonly {
  what: string
  files: Record<string, string>
  handler?: string
  runtime?: string
  type: string
  message: string | RegExp
}[] = [
  {
    what: "a thrown error",
    files: { "index.mjs": "export const handler = async () => { throw new RangeError('far out') }" },
    type: "RangeError",
    message: "far out",
  },
  {
    what: "something thrown that is no error",
    files: { "index.mjs": "export const handler = async () => { throw 'words' }" },
    type: "string",
    message: "words",
  },
  {
    what: "a callback's error",
    files: { "index.js": "exports.handler = (event, context, callback) => callback(new Error('back'))" },
    runtime: "nodejs22.x",
    type: "Error",
    message: "back",
  },
  {
    what: "a handler with a callback on nodejs24.x",
    files: { "index.js": "exports.handler = (event, context, callback) => callback()" },
    type: "Runtime.CallbackHandlerDeprecated",
    message: /^ERROR: AWS Lambda has removed support for callback-based function handlers/,
  },
  {
    what: "no such export",
    files: { "index.mjs": "export const other = 1" },
    type: "Runtime.HandlerNotFound",
    message: "index.handler is undefined or not exported",
  },
  {
    what: "an export that is no function",
    files: { "index.mjs": "export const handler = 1" },
    type: "Runtime.HandlerNotFound",
    message: "index.handler is not a function",
  },
  {
    what: "no such module",
    files: { "other.mjs": "" },
    type: "Runtime.ImportModuleError",
    message: /^Error: Cannot find module 'index'/,
  },
  {
    what: "a syntax error",
    files: { "index.js": "exports.handler = (" },
    type: "Runtime.UserCodeSyntaxError",
    message: /^SyntaxError: /,
  },
  {
    what: "a handler without a dot",
    files: {},
    handler: "index",
    type: "Runtime.MalformedHandlerName",
    message: "Bad handler",
  },
  {
    what: "a handler that climbs",
    files: {},
    handler: "../index.handler",
    type: "Runtime.MalformedHandlerName",
    message:
      "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
  },
  {
    what: "a promise that is never settled",
    files: { "index.mjs": "export const handler = async () => new Promise(() => {})" },
    type: "Runtime.NodeJsExit",
    message: /a Promise that was never settled/,
  },
  {
    what: "a rejection that nobody handles",
    files: {
      "index.mjs":
        "export const handler = async () => { Promise.reject(new Error('loose')); await new Promise((r) => setTimeout(r, 5000)) }",
    },
    type: "Runtime.UnhandledPromiseRejection",
    message: "Error: loose",
  },
  {
    what: "an exception that nobody catches",
    files: {
      "index.mjs":
        "export const handler = async () => { setTimeout(() => { throw new TypeError('late') }); await new Promise((r) => setTimeout(r, 5000)) }",
    },
    type: "TypeError",
    message: "late",
  },
  {
    what: "a module that throws",
    files: { "index.mjs": "throw new Error('at import')" },
    type: "Error",
    message: "at import",
  },
]

for (const { what, files, handler = "index.handler", runtime = "nodejs24.x", type, message } of ERRORS)
  test(`it fails: ${what}`, async () => {
    const error = errorOf(await run(aFunction(files, { handler, runtime })))
    assert.equal(error.errorType, type)
    if (typeof message === "string") assert.equal(error.errorMessage, message)
    else assert.match(error.errorMessage, message)
    assert.ok(Array.isArray(error.trace))
  })

test("the log has Lambda's lines and the console's", async () => {
  const target = aFunction(`
    console.log("begun")
    export const handler = async () => { console.warn("two\\nlines", { a: 1 }); console.error(new Error("no")) }`)
  const asked = invocation()
  const ending = await world.runtime.invoke(target, asked)
  const id = asked.requestId
  const texts = world.logged(target.name).map(({ text }) => text)
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
  const expected = [
    /^INIT_START Runtime Version: nodejs:24\.v1\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}\n$/,
    new RegExp(`^${time}\tundefined\tINFO\tbegun\n$`),
    new RegExp(`^START RequestId: ${id} Version: \\$LATEST\n$`),
    new RegExp(`^${time}\t${id}\tWARN\ttwo\rlines \\{ a: 1 \\}\n$`),
    new RegExp(`^${time}\t${id}\tERROR\tError: no\r    at [^\n]*\n$`),
    new RegExp(`^END RequestId: ${id}\n$`),
    new RegExp(
      `^REPORT RequestId: ${id}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\tMax Memory Used: \\d+ MB\tInit Duration: \\d+\\.\\d\\d ms\t\n$`,
    ),
  ]
  assert.equal(texts.length, expected.length, texts.join(""))
  for (const [index, pattern] of expected.entries()) assert.match(texts[index]!, pattern)
  assert.equal(logOf(ending), texts.slice(2).join(""))
})

test("what was answered stands when the function then ends its process", async () => {
  const target = aFunction(`export const handler = async () => {
    setImmediate(() => process.exit(3))
    return "said"
  }`)
  assert.equal(answerOf(await run(target)), "said")
  assert.equal(answerOf(await run(target)), "said")
})

test("a thrown error is in the log", async () => {
  const target = aFunction(
    "export const handler = async () => { throw Object.assign(new Error('no'), { code: 'E7' }) }",
  )
  const log = logOf(await run(target))
  const [, json] = /\tERROR\tInvoke Error \t(\{.*\})\n/.exec(log) ?? []
  const { stack, ...error } = JSON.parse(json!)
  assert.deepEqual(error, { errorType: "Error", errorMessage: "no", code: "E7" })
  assert.equal(stack[0], "Error: no")
})
