import { randomUUID } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { systemClock } from "../../src/base/clock.ts"
import { createRuntime, type RuntimeOptions } from "../../src/services/lambda/runtime/create-runtime.ts"
import type {
  Ending,
  Invocation,
  LogLine,
  RunnableFunction,
  Runtime,
} from "../../src/services/lambda/runtime/runtime.ts"

/** Files of a function, by their paths; those named `bootstrap` and what stands in `extensions` can be executed. */
export type Files = Readonly<Record<string, string>>

export interface World {
  runtime: Runtime
  /** Where its directories are made. */
  directory: string
  /** What was logged, by function. */
  logged(name: string): LogLine[]
  /** Of faults that the runtime told its owner. */
  faults: unknown[]
}

/** A runtime whose functions are given as files: unpacking is another room's. */
export function openWorld(options: Partial<RuntimeOptions> = {}): World & AsyncDisposable {
  const parent = mkdtempSync(join(tmpdir(), "hallpass-test-"))
  // The functions' users have to come by.
  chmodSync(parent, 0o711)
  const faults: unknown[] = []
  const runtime = createRuntime({
    mode: "sandboxed",
    read: async function* ({ id }) {
      yield Buffer.from(id)
    },
    unpack: async (zip, directory) => {
      const pieces: Uint8Array[] = []
      for await (const piece of zip) pieces.push(piece)
      lay(JSON.parse(Buffer.concat(pieces).toString()) as Files, directory)
    },
    clock: systemClock,
    endpointUrl: () => "http://127.0.0.1:4566",
    directory: parent,
    searchPath: "/usr/local/bin:/usr/bin:/bin",
    onFault: (error) => faults.push(error),
    ...options,
  })
  return {
    runtime,
    directory: options.directory ?? parent,
    faults,
    logged: (name) => logs.get(name) ?? [],
    async [Symbol.asyncDispose]() {
      await runtime.close()
      rmSync(parent, { recursive: true, force: true })
    },
  }
}

function lay(files: Files, directory: string): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { mode: /(^|\/)(bootstrap|extensions\/.*)$/.test(path) ? 0o755 : 0o644 })
  }
}

const logs = new Map<string, LogLine[]>()

/** A function of these files; where only a text is given, it is that of `index.mjs` with a `handler`. */
export function aFunction(files: Files | string, changes: Partial<RunnableFunction> = {}): RunnableFunction {
  const name = `f-${randomUUID().slice(0, 8)}`
  const lines: LogLine[] = []
  logs.set(name, lines)
  return {
    id: randomUUID(),
    account: "123456789012",
    region: "eu-west-1",
    name,
    version: "$LATEST",
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: stored(typeof files === "string" ? { "index.mjs": files } : files),
    layers: [],
    environment: {},
    timeoutSeconds: 20,
    memoryMegabytes: 256,
    ephemeralStorageMegabytes: 512,
    logFormat: "Text",
    logGroup: `/aws/lambda/${name}`,
    initializationType: "on-demand",
    credentials: async () => ({ accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" }),
    onLog(_, more) {
      for (const line of more) lines.push(line)
    },
    ...changes,
  }
}

export const stored = (files: Files) => ({
  segment: { id: JSON.stringify(files), size: 1 },
  sha256: JSON.stringify(files),
  unzippedBytes: 1,
})

export function invocation(event: unknown = {}, changes: Partial<Invocation> = {}): Invocation {
  return {
    requestId: randomUUID(),
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f",
    payload: Buffer.from(JSON.stringify(event)),
    traceId: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
    ...changes,
  }
}

/** What a function answered; throws with its ending where it did not. */
export function answerOf(ending: Ending): unknown {
  if (ending.is !== "answered")
    throw new Error(`${ending.is}: ${ending.is === "failed" ? Buffer.from(ending.payload) : ending.message}`)
  return JSON.parse(Buffer.from(ending.payload).toString())
}

/** The error that a function failed with. */
export function errorOf(ending: Ending): { errorType: string; errorMessage: string; [member: string]: unknown } {
  if (ending.is !== "failed") throw new Error(`it is ${ending.is}: ${JSON.stringify(ending)}`)
  return JSON.parse(Buffer.from(ending.payload).toString())
}

export const logOf = (ending: Ending): string => Buffer.from(ending.log()).toString()
