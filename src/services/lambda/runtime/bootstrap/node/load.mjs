import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { HandlerNotFound, ImportModuleError, MalformedHandlerName, UserCodeSyntaxError } from "./errors.mjs"

/** Finds the function that `dir/module.name.of.it` means below the root. Throws errors of the runtime's own, and what the module throws. */
export async function loadHandler(root, handler) {
  if (handler.includes(".."))
    throw new MalformedHandlerName(
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    )
  const last = basename(handler)
  const folder = handler.slice(0, handler.indexOf(last))
  const [, module, name] = /^([^.]*)\.(.*)$/.exec(last) ?? []
  if (module === undefined) throw new MalformedHandlerName("Bad handler")
  const exports = await loadModule(root, folder, module)
  const found = name.split(".").reduce((object, member) => object?.[member], exports)
  if (!found) throw new HandlerNotFound(`${handler} is undefined or not exported`)
  if (typeof found !== "function") throw new HandlerNotFound(`${handler} is not a function`)
  return found
}

async function loadModule(root, folder, module) {
  try {
    return await findModule(root, folder, module)
  } catch (error) {
    if (error instanceof SyntaxError) throw Object.assign(new UserCodeSyntaxError(error), { stack: error.stack })
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") throw new ImportModuleError(error)
    throw error
  }
}

// In this order: the file without an ending, .js, .mjs, .cjs, TypeScript, and what Node finds for the name.
async function findModule(root, folder, module) {
  const path = resolve(root, folder, module)
  const require = createRequire(join(root, "/"))
  const isModule = isBelowModulePackage(dirname(path))
  const ways = [
    ["", require],
    [".js", isModule ? importFile : require],
    [".mjs", importFile],
    [".cjs", require],
    [".ts", isModule ? importFile : require],
    [".mts", importFile],
    [".cts", require],
  ]
  for (const [ending, load] of ways) {
    const file = path + ending
    if (!existsSync(file)) continue
    const loaded = await load(file)
    if (loaded) return loaded
  }
  return require(require.resolve(module, { paths: [root, folder] }))
}

const importFile = (file) => import(pathToFileURL(file).href)

/** Whether the nearest package.json says that .js files are ES modules. */
function isBelowModulePackage(folder) {
  if (folder.endsWith("/node_modules")) return false
  const file = join(folder, "package.json")
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, "utf8"))?.type === "module"
    } catch (error) {
      console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error)
      return false
    }
  }
  return folder !== "/" && isBelowModulePackage(dirname(folder))
}
