import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { root } from "./sources.ts"

interface Manifest {
  exports: Record<string, { types: string }>
}

/**
 * Leaves of a build's type declarations those that the package exports, and what they refer to. None of these may need
 * another package's types: who uses them has installed none.
 */
export function pruneDeclarations(dist: string): void {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const [, path = ""] of readFileSync(join(dist, file), "utf8").matchAll(/(?:\bfrom\s|import\()\s*"([^"]+)"/g)) {
      if (path.startsWith(".")) {
        const declared = normalize(join(dirname(file), path)).replace(/\.[tj]s$/, ".d.ts")
        if (existsSync(join(dist, declared))) visit(declared)
      } else if (!path.startsWith("node:")) throw new Error(`The types of the package reach ${path}, by ${file}`)
    }
  }
  for (const { types } of Object.values(manifest.exports)) visit(types.replace("./dist/", ""))
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" }))
    if (file.endsWith(".d.ts") && !reached.has(normalize(file))) rmSync(join(dist, file))
}
