import { existsSync } from "node:fs"
import { registerHooks } from "node:module"
import { basename, delimiter, dirname, join } from "node:path"
import { pathToFileURL } from "node:url"

/**
 * Lets `import` find packages in the folders of NODE_PATH, as `require` does: the modules of layers. AWS's runtimes do so from
 * nodejs18.x on (AWS Compute Blog, "Node.js 18.x runtime now available in AWS Lambda"); Node itself does not.
 */
export function searchNodePath(nodePath = "") {
  const parents = nodePath
    .split(delimiter)
    .filter((folder) => basename(folder) === "node_modules" && existsSync(folder))
    .map((folder) => pathToFileURL(join(dirname(folder), "noop.mjs")).href)
  if (parents.length === 0) return
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context)
      } catch (error) {
        if (error?.code !== "ERR_MODULE_NOT_FOUND" || !isOfPackage(specifier)) throw error
        for (const parentURL of parents)
          try {
            return nextResolve(specifier, { ...context, parentURL })
          } catch (other) {
            if (other?.code !== "ERR_MODULE_NOT_FOUND") throw other
          }
        throw error
      }
    },
  })
}

const isOfPackage = (specifier) => !/^(\.{0,2}\/|\.{1,2}$|#|[a-z][a-z+.-]*:)/i.test(specifier)
