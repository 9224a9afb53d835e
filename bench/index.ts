// `npm run bench`, or `npm run bench -- requests --peers DIR`: see README.md.
import { join } from "node:path"
import { parseArgs } from "node:util"
import { root } from "../tools/sources.ts"

type Run = (print: (line: string) => void, peersDirectory?: string) => Promise<void>

/** `takesMinutes`: run where it is named alone. */
interface Bench {
  title: string
  load: () => Promise<{ run: Run }>
  takesMinutes?: true
}

const BENCHES: Readonly<Record<string, Bench>> = {
  policy: { title: "Policy decisions", load: () => import("./policy.ts") },
  sigv4: { title: "Signatures", load: () => import("./sigv4.ts") },
  store: { title: "The store", load: () => import("./store.ts") },
  requests: { title: "Whole requests", load: () => import("./requests.ts") },
  lambda: { title: "Functions", load: () => import("./lambda.ts") },
  triggers: { title: "Sign-ins with a trigger", load: () => import("./triggers.ts") },
  "sign-in-pages": { title: "Sign-ins by page and code", load: () => import("./sign-in-pages.ts") },
  "user-existence": { title: "Who is a user", load: () => import("./user-existence.ts") },
  "api-gateway": { title: "Calls of APIs", load: () => import("./api-gateway.ts") },
  streams: { title: "Streams", load: () => import("./streams.ts") },
  "event-sources": { title: "Streams to functions", load: () => import("./event-sources.ts") },
  "large-table": { title: "A table of a million items", load: () => import("./large-table.ts"), takesMinutes: true },
}

const { values, positionals } = parseArgs({ options: { peers: { type: "string" } }, allowPositionals: true })
for (const name of positionals)
  if (!Object.hasOwn(BENCHES, name)) throw new Error(`There is no bench '${name}': ${Object.keys(BENCHES).join(", ")}.`)
for (const [name, { title, load, takesMinutes }] of Object.entries(BENCHES)) {
  if (positionals.length > 0 ? !positionals.includes(name) : takesMinutes) continue
  console.log(`\n# ${title}\n`)
  const { run } = await load()
  await run((line) => console.log(line), values.peers ?? join(root, "bench/peers"))
}
