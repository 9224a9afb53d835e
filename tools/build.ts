// Compiles src/ into dist/, with what it needs of the AWS SDK, where dist/ is older than what it is made from; into another folder where one is named.
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { bundleSdk } from "./bundle.ts"
import { pruneDeclarations } from "./declarations.ts"
import { filesBelow, newest, root } from "./sources.ts"

const dist = process.argv[2] ?? join(root, "dist")
const stamp = join(dist, ".built")
const sources = [
  ...filesBelow("src"),
  ...["build", "bundle", "declarations", "wire-schemas"].map((name) => `tools/${name}.ts`),
  ...["tsconfig.json", "tsconfig.build.json", "package.json"],
]

if (!existsSync(stamp) || statSync(stamp).mtimeMs < newest(sources)) {
  console.error("Building ...")
  const begun = new Date()
  rmSync(dist, { recursive: true, force: true })
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc")
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", dist], {
    cwd: root,
    stdio: "inherit",
  })
  if (status !== 0) process.exit(status ?? 1)
  for (const file of sources.filter((file) => file.startsWith("src/") && !file.endsWith(".ts"))) {
    const to = join(dist, file.slice("src/".length))
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(root, file), to)
  }
  await bundleSdk(dist)
  pruneDeclarations(dist)
  // What was edited while the compiler ran is newer than the build.
  writeFileSync(stamp, "")
  utimesSync(stamp, begun, begun)
  console.error(`Built in ${Math.round((Date.now() - begun.getTime()) / 1000)} s.`)
}
