import assert from "node:assert/strict"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { getPriority } from "node:os"
import { after, before, test } from "node:test"
import { movableClock } from "../../src/base/clock.ts"
import { eventually } from "../harness/eventually.ts"
import { aFunction, answerOf, errorOf, invocation, logOf, openWorld } from "./world.ts"

let world: ReturnType<typeof openWorld>
before(() => {
  world = openWorld()
})
after(() => world[Symbol.asyncDispose]())

const run = (target: ReturnType<typeof aFunction>, asked = invocation()) => world.runtime.invoke(target, asked)

/** How many processes a user has. */
const processesOf = (user: number): number =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && statSync(`/proc/${pid}`).uid === user
    } catch {
      return false
    }
  }).length

/** Whether they run (R), sleep (S) or are stopped (T). */
const statesOf = (user: number): string[] =>
  readdirSync("/proc").flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || statSync(`/proc/${pid}`).uid !== user) return []
      return /.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1] ?? []
    } catch {
      return []
    }
  })

test("what runs for too long is ended, with all that it began", async () => {
  const target = aFunction(
    `import { spawn } from "node:child_process"
    export const handler = async () => {
      for (let i = 0; i < 3; i++) spawn("setsid", ["sleep", "1000"], { detached: true, stdio: "ignore" }).unref()
      console.log("user", process.getuid())
      await new Promise(() => setInterval(() => {}, 1000))
    }`,
    { timeoutSeconds: 1 },
  )
  const asked = invocation()
  const ending = await run(target, asked)
  assert.deepEqual(errorOf(ending), {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${asked.requestId} Error: Task timed out after 1.00 seconds`,
  })
  const log = logOf(ending)
  assert.match(log, new RegExp(`Z ${asked.requestId} Task timed out after 1\\.00 seconds\n\nEND RequestId`))
  assert.match(log, /\tDuration: 1000\.00 ms\tBilled Duration: 1000 ms\t.*\tStatus: timeout\t\n$/)
  const user = Number(/user (\d+)/.exec(log)![1])
  if (process.getuid?.() === 0) await eventually(() => processesOf(user) === 0)
})

test("the function begins anew after it ran for too long", async () => {
  const target = aFunction(
    `let count = 0
    export const handler = async (event) => { count++; if (event.hang) await new Promise(() => setInterval(() => {}, 1000)); return count }`,
    { timeoutSeconds: 2 },
  )
  assert.equal(answerOf(await run(target)), 1)
  errorOf(await run(target, invocation({ hang: true })))
  assert.equal(answerOf(await run(target)), 1)
})

const EXITS = [
  { what: "0", code: "process.exit(0)", text: "Runtime exited without providing a reason" },
  { what: "3", code: "process.exit(3)", text: "Runtime exited with error: exit status 3" },
  { what: "a signal", code: "process.kill(process.pid, 'SIGKILL')", text: "Runtime exited with error: signal: killed" },
  { what: "an abort", code: "process.abort()", text: "Runtime exited with error: signal: aborted" },
]

for (const { what, code, text } of EXITS)
  test(`a process that ends by itself: ${what}`, async () => {
    const target = aFunction(
      `export const handler = async (event) => { if (event.ok) return 1; ${code}; await new Promise((r) => setTimeout(r, 9000)) }`,
    )
    const asked = invocation()
    const ending = await run(target, asked)
    assert.deepEqual(errorOf(ending), {
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${asked.requestId} Error: ${text}`,
    })
    const end = logOf(ending).slice(logOf(ending).indexOf("RequestId: ", 20))
    assert.ok(end.startsWith(`RequestId: ${asked.requestId} Error: ${text}\nRuntime.ExitError\nEND RequestId: `), end)
    assert.match(end, /\tStatus: error\tError Type: Runtime\.ExitError\t\n$/)
    assert.equal(answerOf(await run(target, invocation({ ok: true }))), 1)
  })

test("a process that ends while it begins is tried twice", async () => {
  const target = aFunction("process.exit(7)")
  const asked = invocation()
  const ending = await run(target, asked)
  assert.equal(
    errorOf(ending).errorMessage,
    `RequestId: ${asked.requestId} Error: Runtime exited with error: exit status 7`,
  )
  const texts = world.logged(target.name).map(({ text }) => text.replace(/\d+\.\d\d/g, "N"))
  assert.equal(texts[1], "INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n")
  assert.equal(
    texts[2],
    "INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n",
  )
})

test("more memory than it has ends it", async () => {
  const target = aFunction(
    `export const handler = async () => {
      const all = []
      while (true) { all.push(Buffer.alloc(8 * 1024 * 1024, 1)); await new Promise((r) => setTimeout(r, 5)) }
    }`,
    { memoryMegabytes: 128 },
  )
  const asked = invocation()
  const ending = await run(target, asked)
  assert.deepEqual(errorOf(ending), {
    errorType: "Runtime.OutOfMemory",
    errorMessage: `RequestId: ${asked.requestId} Error: Runtime exited with error: signal: killed`,
  })
  assert.match(logOf(ending), /\tMemory Size: 128 MB\tMax Memory Used: \d{3,} MB\t.*Error Type: Runtime\.OutOfMemory/)
})

test("memory counts for all processes together", async () => {
  const target = aFunction(
    `import { spawn } from "node:child_process"
    export const handler = async () => {
      const eat = "const all = []; for (let i = 0; i < 10; i++) all.push(Buffer.alloc(8 * 1024 * 1024, 1)); setInterval(() => all.length, 1000)"
      for (let i = 0; i < 4; i++) spawn(process.execPath, ["-e", eat], { stdio: "ignore" })
      await new Promise(() => setInterval(() => {}, 1000))
    }`,
    { memoryMegabytes: 256 },
  )
  assert.equal(errorOf(await run(target)).errorType, "Runtime.OutOfMemory")
})

test("processes without end harm nobody", async () => {
  const target = aFunction(
    `import { spawn } from "node:child_process"
    export const handler = async () => {
      const bomb = spawn("/bin/sh", ["-c", "b() { b | b & }; b; sleep 30"], { stdio: "ignore" })
      await new Promise(() => setInterval(() => {}, 1000))
    }`,
    { timeoutSeconds: 2, memoryMegabytes: 2048 },
  )
  assert.match(errorOf(await run(target)).errorType, /^(Sandbox\.Timedout|Runtime\.(OutOfMemory|ExitError))$/)
  assert.equal(answerOf(await run(aFunction("export const handler = async () => 1"))), 1)
})

test("an answer of more than 6 MB is refused", async () => {
  const target = aFunction("export const handler = async (event) => 'x'.repeat(event.length)")
  assert.equal((answerOf(await run(target, invocation({ length: 6_291_554 }))) as string).length, 6_291_554)
  assert.deepEqual(errorOf(await run(target, invocation({ length: 6_291_555 }))), {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
  })
  assert.equal(answerOf(await run(target, invocation({ length: 1 }))), "x")
})

test("a log without end is read no faster than it can be kept, and ends with the invocation", async () => {
  const target = aFunction(
    `export const handler = async () => { while (true) process.stdout.write("y".repeat(100) + "\\n") }`,
    { timeoutSeconds: 2 },
  )
  const before = process.memoryUsage().rss
  assert.equal(errorOf(await run(target)).errorType, "Sandbox.Timedout")
  const bytes = world.logged(target.name).reduce((sum, { text }) => sum + text.length, 0)
  assert.ok(bytes < 64 * 1024 * 1024, `${bytes}`)
  assert.ok(process.memoryUsage().rss - before < 512 * 1024 * 1024)
})

test("a line is cut at 256 KB, and what follows is another", async () => {
  const target = aFunction("export const handler = async () => { process.stdout.write('z'.repeat(300000) + '\\n') }")
  await run(target)
  const lengths = world.logged(target.name).map(({ text }) => text.length)
  assert.ok(lengths.includes(262_144) && lengths.includes(300_001 - 262_144), `${lengths}`)
})

test("a beginning of more than ten seconds is broken off, and done again in the invocation", async () => {
  const target = aFunction(
    `await new Promise((resolve) => setTimeout(resolve, 10_500))
    export const handler = async () => "begun"`,
    { timeoutSeconds: 30 },
  )
  assert.equal(answerOf(await run(target)), "begun")
  const texts = world.logged(target.name).map(({ text }) => text)
  assert.match(texts[1]!, /^INIT_REPORT Init Duration: 10\d\d\d\.\d\d ms\tPhase: init\tStatus: timeout\n$/)
  assert.match(texts.at(-1)!, /^REPORT .*\tDuration: 1\d{4}\.\d\d ms/)
})

test("there are so many environments at most; who comes late waits, or is told", async () => {
  await using small = openWorld({ limits: { environments: 2, waitMilliseconds: 1500 } })
  const slow = () =>
    aFunction("export const handler = async (event) => { await new Promise((r) => setTimeout(r, event.ms)); return 1 }")
  const [one, other, third] = [slow(), slow(), slow()]
  const long = [one, other].map((target) => small.runtime.invoke(target, invocation({ ms: 3000 })))
  const refused = await small.runtime.invoke(third, invocation({ ms: 0 }))
  assert.equal(refused.is === "notRun" && refused.reason, "noRoom")
  for (const ending of await Promise.all(long)) assert.equal(answerOf(ending), 1)
  // One that nobody uses makes room.
  assert.equal(answerOf(await small.runtime.invoke(third, invocation({ ms: 0 }))), 1)
  const [, waited] = await Promise.all([
    small.runtime.invoke(one, invocation({ ms: 500 })),
    ...[other, third].map((target) => small.runtime.invoke(target, invocation({ ms: 0 }))),
  ])
  assert.equal(answerOf(waited!), 1)
})

test("the server goes before its functions where all want a processor", async () => {
  const target = aFunction('import os from "node:os"; export const handler = async () => os.getPriority()')
  assert.equal(answerOf(await run(target)), Math.min(19, getPriority() + 5))
})

test("a function that is invoked without end leaves others an environment", async () => {
  await using small = openWorld({ limits: { environments: 2 } })
  const [flood, other] = [
    aFunction("export const handler = async () => 1"),
    aFunction("export const handler = async () => 2"),
  ]
  let count = 0
  let isOver = false
  // Whenever one ends, another one waits already.
  const endless = async () => {
    for (; !isOver; count++) assert.equal(answerOf(await small.runtime.invoke(flood, invocation())), 1)
  }
  const floods = Array.from({ length: 8 }, endless)
  await eventually(() => count > 20)
  for (let at = 0; at < 5; at++) assert.equal(answerOf(await small.runtime.invoke(other, invocation())), 2)
  isOver = true
  await Promise.all(floods)
})

test("what is idle for long, changed or forgotten is given up", async () => {
  await using brief = openWorld({ limits: { idleMilliseconds: 1 } })
  const code = "let n = 0; export const handler = async () => ++n"
  const target = aFunction(code)
  assert.equal(answerOf(await brief.runtime.invoke(target, invocation())), 1)
  // Swept within seconds.
  await eventually(async () => answerOf(await brief.runtime.invoke(target, invocation())) === 1)
  const kept = aFunction(code)
  assert.equal(answerOf(await run(kept)), 1)
  assert.equal(answerOf(await run(kept)), 2)
  assert.equal(answerOf(await run({ ...kept, id: "changed" })), 1)
  world.runtime.forget(kept)
  await eventually(async () => answerOf(await run({ ...kept, id: "changed" })) === 1)
})

test("an environment goes before its credentials end, by the server's clock", async () => {
  const clock = movableClock()
  await using moved = openWorld({ clock })
  let given = 0
  const target = aFunction(
    "let count = 0; export const handler = async () => [process.env.AWS_ACCESS_KEY_ID, ++count]",
    {
      credentials: async () => ({ accessKeyId: `key-${++given}`, secretAccessKey: "secret", sessionToken: "token" }),
    },
  )
  const once = async () => answerOf(await moved.runtime.invoke(target, invocation()))
  assert.deepEqual(await once(), ["key-1", 1])
  clock.set(clock.now() + 9 * 3_600_000)
  assert.deepEqual(await once(), ["key-1", 2])
  clock.set(clock.now() + 3 * 3_600_000)
  assert.deepEqual(await once(), ["key-2", 1])
})

test("what a function left running is stopped while it is idle, and goes on with the next invocation", {
  skip: process.getuid?.() !== 0 && "only root's functions are told by their users",
}, async () => {
  const target = aFunction(`
    let ticks = 0
    setInterval(() => ticks++, 10)
    export const handler = async () => ({ user: process.getuid(), ticks })`)
  const { user } = answerOf(await run(target)) as { user: number }
  const states = () => statesOf(user)
  await eventually(() => states().length > 0 && states().every((state) => state === "T"))
  const { ticks } = answerOf(await run(target)) as { ticks: number }
  await eventually(async () => (answerOf(await run(target)) as { ticks: number }).ticks > ticks)
})

test("files that take more room than they may end it, where its /tmp is none of its own", {
  skip: process.getuid?.() !== 0 && "only root can run functions as other users",
}, async () => {
  await using users = openWorld({ confinement: "users" })
  const target = aFunction(
    `import fs from "node:fs"
    export const handler = async ({ files, megabytes }) => {
      try {
        for (let i = 0; i < files; i++) fs.writeFileSync(process.env.TMPDIR + "/" + i, Buffer.alloc(megabytes * 1024 * 1024))
      } catch (error) { return error.code }
      if (files > 1) await new Promise((resolve) => setTimeout(resolve, 15000))
      return "written"
    }`,
    { ephemeralStorageMegabytes: 64 },
  )
  assert.equal(answerOf(await users.runtime.invoke(target, invocation({ files: 1, megabytes: 8 }))), "written")
  assert.equal(answerOf(await users.runtime.invoke(target, invocation({ files: 1, megabytes: 80 }))), "EFBIG")
  const error = errorOf(await users.runtime.invoke(target, invocation({ files: 12, megabytes: 8 })))
  assert.match(error.errorMessage, /signal: killed$/)
})

test("environments are kept warm", async () => {
  const target = aFunction("export const handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE", {
    initializationType: "provisioned-concurrency",
  })
  assert.equal(await world.runtime.provision(target, 2), 2)
  const ending = await run(target)
  assert.equal(answerOf(ending), "provisioned-concurrency")
  // What is written beside an invocation is told a moment later.
  const begun = () => world.logged(target.name).filter(({ text }) => text.startsWith("INIT_START")).length
  await eventually(() => begun() === 2)
  assert.equal(await world.runtime.provision(target, 0), 0)
})

test("what the machine cannot run is said", async () => {
  const reasonOf = async (changes: Parameters<typeof aFunction>[1], options = {}) => {
    await using other = openWorld(options)
    const ending = await other.runtime.invoke(aFunction("", changes), invocation())
    return ending.is === "notRun" ? `${ending.reason}: ${ending.message}` : ending.is
  }
  assert.match(await reasonOf({ runtime: "java21" }), /^noRuntime: .*java21/)
  assert.match(await reasonOf({}, { mode: "off" }), /^noSandbox: .*--functions off/)
  const credentials = () => Promise.reject(new Error("no such role"))
  assert.equal(await reasonOf({ credentials }), "noRole: no such role")
  const code = { segment: { id: "no zip", size: 1 }, sha256: "x", unzippedBytes: 1 }
  assert.match(await reasonOf({ code }), /^badCode: /)
})

test("servers in one process leave each other's files alone", async () => {
  const target = aFunction("export const handler = async () => 1")
  assert.equal(answerOf(await run(target)), 1)
  const before = readdirSync(world.directory)
  await using other = openWorld({ directory: world.directory })
  assert.equal(answerOf(await other.runtime.invoke(aFunction("export const handler = async () => 2"), invocation())), 2)
  assert.equal(readdirSync(world.directory).length, before.length + 1)
  assert.equal(answerOf(await run({ ...target, id: "another" })), 1)
})

/** Sends to its own Runtime API before it begins, and tells what came back. */
const sending = (body: string) => `import net from "node:net"
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":")
  const open = (text) => {
    const socket = net.connect(Number(port), host)
    const one = { socket, text: "", isClosed: false }
    socket.on("data", (bytes) => { one.text += bytes }).on("error", () => {}).on("close", () => { one.isClosed = true })
    socket.write(text)
    return one
  }
  const until = async (holds) => { while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5)) }
  ${body}
  export const handler = async () => result`

test("a runtime says once at a time why it cannot begin", async () => {
  const target = aFunction(
    sending(`const head = "POST /2018-06-01/runtime/init/error HTTP/1.1\\r\\nContent-Length: 6000000\\r\\n\\r\\n"
    const first = open(head)
    await until(() => first.socket.bytesWritten > 0)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const second = open(head)
    await until(() => second.text.includes("403 ") && second.text.includes("another request"))
    first.socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const third = open(head)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const result = third.text`),
  )
  assert.equal(answerOf(await run(target)), "")
})

test("heads without end on many connections take no more memory than the environment may hold", async () => {
  const target = aFunction(
    sending(`const long = "GET /x HTTP/1.1\\r\\na: " + "x".repeat(1_000_000)
    const all = []
    for (let i = 0; i < 60; i++) all.push(open(long))
    await until(() => all.filter(({ isClosed }) => isClosed).length >= 60 - 17)
    const result = true`),
  )
  assert.equal(answerOf(await run(target)), true)
})

for (const signal of ["KILL", "STOP"])
  test(`a function that signals ${signal} to all that it may is ended as any other`, {
    skip: process.getuid?.() !== 0 && "not root",
  }, async () => {
    const users = openWorld({ confinement: "users" })
    const target = aFunction(
      `import { spawn } from "node:child_process"
      export const handler = async () => {
        console.log("user", process.getuid())
        const loop = "setTimeout(() => { for (;;) try { process.kill(-1, 'SIG${signal}') } catch {} }, 100)"
        spawn(process.execPath, ["-e", loop], { detached: true, stdio: "ignore" }).unref()
        await new Promise(() => setInterval(() => {}, 1000))
      }`,
      { timeoutSeconds: 2 },
    )
    await users.runtime.invoke(target, invocation())
    const log = users.logged(target.name).map(({ text }) => text)
    const user = Number(/user (\d+)/.exec(log.join(""))![1])
    await users[Symbol.asyncDispose]()
    await eventually(() => statesOf(user).every((state) => state === "Z"))
  })
