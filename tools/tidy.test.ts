import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { test } from "node:test"
import { filesBelow, root } from "./sources.ts"

const read = (file: string): string => readFileSync(join(root, file), "utf8")
const sources = filesBelow("src").filter((file) => file.endsWith(".ts"))
const code = sources.filter((file) => !file.endsWith(".test.ts"))

const LINES_AT_MOST = 300
/** Files that are longer, each with its reason. The list only gets shorter. */
const LONG_FILES: Readonly<Record<string, string>> = {}

/** Text that is data: long because the thing is. */
const isDataTable = (file: string): boolean => /\/(aws-managed|managed-policies|reserved-words)\b/.test(file)

test("a file is one idea: at most 300 lines", () => {
  const long = code.filter((file) => !isDataTable(file) && read(file).split("\n").length - 1 > LINES_AT_MOST)
  assert.deepEqual(long.sort(), Object.keys(LONG_FILES).sort())
})

test("the median file has under 100 lines", () => {
  const lines = code.map((file) => read(file).split("\n").length).sort((a, b) => a - b)
  assert.ok(lines[Math.floor(lines.length / 2)]! < 100)
})

test("files and folders are named in kebab-case, and for what they are", () => {
  for (const file of sources) {
    assert.match(file, /^[a-z0-9-]+(\/[a-z0-9-]+)*(\.test)?\.ts$/, file)
    assert.doesNotMatch(file, /\/(utils?|helpers?|common|misc)\//, file)
  }
})

/** What each part may import, by the beginning of the path below src/. A part may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  policy: [],
  federation: ["base"],
  delivery: ["base"],
  velocity: ["base"],
  "json-schema": ["base"],
  "open-api": ["base"],
  "policy-tools": [
    "base",
    "policy",
    "services/cognito-identity/pools/groups-tag.ts",
    "services/cognito-identity/pools/pool.ts",
    "services/cognito-identity/roles/choose-role.ts",
    "services/cognito-identity/roles/guest-scope-down.ts",
    "services/cognito-identity/roles/principal-tags.ts",
    "services/cognito-idp/tokens/claims.ts",
    "services/iam/policies/aws-managed.ts",
  ],
  store: ["base"],
  work: ["base", "store"],
  records: ["base", "store", "work"],
  bytes: ["base", "wire", "authentication", "store", "work"],
  wire: ["base"],
  authentication: ["base", "wire"],
  authorization: ["base", "wire", "authentication", "policy", "service.ts", "call.ts", "peers.ts"],
  services: [
    "base",
    "wire",
    "authentication",
    "policy",
    "federation",
    "delivery",
    "velocity",
    "json-schema",
    "open-api",
    "store",
    "bytes",
    "work",
    "records",
    "authorization",
    "operation.ts",
    "service.ts",
    "site.ts",
    "call.ts",
    "peers.ts",
  ],
}

const partOf = (path: string): string => path.slice("src/".length).split("/")[0]!

function importsOf(file: string): string[] {
  return [...read(file).matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path]) =>
    normalize(join(dirname(file), path!)),
  )
}

test("imports go one way", () => {
  const wrong: string[] = []
  for (const file of code) {
    const allowed = MAY_IMPORT[partOf(file)]
    if (!allowed) continue
    for (const imported of importsOf(file)) {
      const below = imported.slice("src/".length)
      const isOwn = partOf(imported) === partOf(file)
      if (!isOwn && !allowed.some((prefix) => below === prefix || below.startsWith(`${prefix}/`)))
        wrong.push(`${file} imports ${imported}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test("no file imports in a circle, types included", () => {
  const known = new Set(code)
  const imports = new Map(code.map((file) => [file, importsOf(file).filter((imported) => known.has(imported))]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" -> "))
    if (done.has(file) || way.includes(file)) return
    for (const imported of imports.get(file)!) visit(imported, [...way, file])
    done.add(file)
  }
  for (const file of code) visit(file, [])
  assert.deepEqual(circles, [])
})

test("no service reaches into another's files", () => {
  const wrong: string[] = []
  const serviceOf = (file: string) => /^src\/services\/([^/]+)\//.exec(file)?.[1]
  for (const file of code.filter(serviceOf))
    for (const imported of importsOf(file)) {
      const other = serviceOf(imported)
      if (other && other !== serviceOf(file) && imported !== `src/services/${other}/service.ts`)
        wrong.push(`${file} imports ${imported}`)
    }
  assert.deepEqual(wrong, [])
})

/** What may be reached for in few places alone. */
const RESERVED: readonly { what: string; pattern: RegExp; where: RegExp }[] = [
  { what: "process.env", pattern: /process\.env\b/, where: /^src\/config\.ts$/ },
  { what: "Date.now()", pattern: /\bDate\.now\(\)|new Date\(\)/, where: /^src\/(base|cli)\// },
  { what: "Math.random()", pattern: /\bMath\.random\(\)/, where: /^src\/base\// },
  {
    // The processes of functions have deadlines, which are this process's as they are: nothing of them is durable.
    what: "a timer (services do in the background what their work does)",
    pattern: /\bset(Interval|Timeout)\(|node:timers(?!\/promises)/,
    where: /^src\/(?!services\/(?!lambda\/runtime\/alarm\.ts$)|bytes\/|federation\/|authorization\/)/,
  },
  {
    what: "an operation's handle (past its access there is no way)",
    pattern: /\.handle\(/,
    where: /^src\/(permit|route)\.ts$/,
  },
  { what: "fs of the store's data", pattern: /from "node:sqlite"/, where: /^src\/store\// },
]

for (const { what, pattern, where } of RESERVED)
  test(`${what} is reached for in its own place alone`, () => {
    const wrong = code.filter((file) => !where.test(file) && pattern.test(withoutComments(read(file))))
    assert.deepEqual(wrong, [])
  })

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "")

test("every folder of src/ is named in ARCHITECTURE.md", () => {
  const text = read("ARCHITECTURE.md")
  for (const folder of new Set(sources.map((file) => file.split("/").slice(0, 2).join("/"))))
    if (!folder.endsWith(".ts")) assert.ok(text.includes(`${folder.slice("src/".length)}/`), folder)
})

test("a suppression carries its reason", () => {
  for (const file of sources)
    for (const [line] of read(file).matchAll(/biome-ignore.*|@ts-(ignore|expect-error).*/g))
      assert.match(line, /: \w+|@ts-expect-error \w+/, `${file}: ${line}`)
})

test("the project's files speak of the project alone", () => {
  const files = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "STYLE.md", "SECURITY.md", "package.json"].concat(
    ["src", "tools", "test", "bench", "docs", "bin"]
      .flatMap(filesBelow)
      .filter((file) => /\.(ts|mjs|js|md)$/.test(file)),
  )
  for (const file of files.filter((one) => existsSync(join(root, one)) && one !== "tools/tidy.test.ts")) {
    assert.doesNotMatch(read(file), /\/work\/(main|shared)|\.\.\/shared\//, file)
    assert.doesNotMatch(read(file), /^(<{7}|>{7}) /m, `${file} has two sides of a merge`)
  }
})

/** Guesses are marked where they stand. This is their present number, and it only falls: who settles one lowers it. */
const UNVERIFIED_AT_MOST = 576

test("the count of guesses only falls", () => {
  const count = code.reduce((sum, file) => sum + (read(file).match(/\bUNVERIFIED\b/g)?.length ?? 0), 0)
  assert.ok(count <= UNVERIFIED_AT_MOST, `${count} marks; at most ${UNVERIFIED_AT_MOST}`)
})
