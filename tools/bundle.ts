/**
 * Puts what the build needs of the AWS SDK into it, so that who installs the package installs none of the SDK: the wire
 * schemas that the server answers by, and, for the commands that ask a server, the clients, reduced to what they use.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { rolldown } from "rolldown"
import { schemaModule } from "./wire-schemas.ts"

const IMPORT =
  /\b(import|export)\s+(\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+"(@(?:aws-sdk|smithy|aws-crypto)\/[^"]+|hash-wasm)"/g
const CLIENT = /^@aws-sdk\/client-/
/** Below these folders of the build somebody calls a server; elsewhere nothing but the schemas of a client is needed. */
const CALLS = /^policy-tools\//

interface Import {
  file: string
  statement: string
  names: string[]
  from: string
}

/** Rewrites the modules of a build so that none imports the SDK. */
export async function bundleSdk(dist: string): Promise<void> {
  const imports = scriptsBelow(dist).flatMap((file) => importsOf(dist, file))
  const isSchema = ({ file, from }: Import) => CLIENT.test(from) && !CALLS.test(file)
  for (const from of new Set(imports.filter(isSchema).map((one) => one.from)))
    write(join(dist, schemaPath(from)), schemaModule(await import(from)))

  const entries = new Map<string, Set<string>>()
  for (const { names, from } of imports.filter((one) => !isSchema(one)))
    entries.set(from, new Set([...(entries.get(from) ?? []), ...names]))
  await bundleModules(dist, entries)

  for (const file of new Set(imports.map((one) => one.file))) {
    let text = readFileSync(join(dist, file), "utf8")
    for (const one of imports.filter((other) => other.file === file)) {
      const target = isSchema(one) ? schemaPath(one.from) : modulePath(one.from)
      const path = relative(dirname(file), target)
      const specifier = path.startsWith(".") ? path : `./${path}`
      text = text.replace(one.statement, one.statement.replace(`"${one.from}"`, `"${specifier}"`))
    }
    writeFileSync(join(dist, file), text)
  }
}

const plain = (from: string): string => from.replace(/^@/, "").replaceAll("/", "-")
const schemaPath = (from: string): string => `sdk/schemas/${plain(from)}.js`
const modulePath = (from: string): string => `sdk/modules/${plain(from)}.js`

const scriptsBelow = (dist: string): string[] =>
  readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .sort()

function importsOf(dist: string, file: string): Import[] {
  const text = readFileSync(join(dist, file), "utf8")
  return [...text.matchAll(IMPORT)].map(([statement, , clause = "", from = ""]) => ({
    file,
    statement,
    from,
    names: clause
      .replace(/[{}]/g, "")
      .split(",")
      .map((name) => name.trim().split(/\s+as\s+/)[0]!)
      .filter(Boolean),
  }))
}

/** One module for each package, of the names that are used of it; what they share is theirs in common. */
async function bundleModules(dist: string, entries: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
  if (entries.size === 0) return
  const PREFIX = "used-of:"
  const bundle = await rolldown({
    input: Object.fromEntries([...entries.keys()].map((from) => [plain(from), PREFIX + from])),
    platform: "node",
    plugins: [
      {
        name: "used names",
        resolveId: (id) => (id.startsWith(PREFIX) ? id : null),
        load: (id) => {
          const from = id.slice(PREFIX.length)
          return id.startsWith(PREFIX) ? `export { ${[...entries.get(from)!].join(", ")} } from "${from}"` : null
        },
      },
    ],
  })
  await bundle.write({
    dir: join(dist, "sdk", "modules"),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "shared-[hash].js",
    minify: { compress: true, mangle: false },
  })
  await bundle.close()
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
