import { execFile } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { join } from "node:path"
import { type Confinement, isMounted, type Paths } from "./sandbox/confinement.ts"
import { isReachable } from "./sandbox/reachable.ts"

/** What runs the code of a function. */
export interface Interpreter {
  /** What is started, with the paths as they are for the environment. */
  command(paths: Paths, memoryMegabytes: number): string[]
  variables(paths: Paths): Record<string, string>
  /** Where its library is, when that is not below `/usr`. */
  library?: string
}

/** Finds what runs `nodejs24.x`, `python3.13` or `provided.al2023` on this machine; undefined where nothing does. */
export async function findInterpreter(
  runtime: string,
  searchPath: string,
  confinement: Confinement,
): Promise<Interpreter | undefined> {
  const node = /^nodejs(\d+)\.x$/.exec(runtime)
  if (node) return nodeInterpreter(Number(node[1]))
  const python = /^python3\.(\d+)$/.exec(runtime)
  if (python) return findPython(python[1]!, searchPath, confinement)
  return runtime.startsWith("provided") ? custom : undefined
}

/** Every version is run by the server's own Node. */
const nodeInterpreter = (version: number): Interpreter => ({
  command: ({ node, bootstraps }, memoryMegabytes) => [
    node,
    `--max-old-space-size=${Math.max(16, Math.floor(memoryMegabytes * 0.9))}`,
    join(bootstraps, "node", "bootstrap.mjs"),
  ],
  variables: ({ task, layers, bootstraps, modules }) => ({
    NODE_PATH: [
      ...[`${layers}/nodejs/node${version}/node_modules`, `${layers}/nodejs/node_modules`],
      ...[`${bootstraps}/node_modules`, bootstraps, task],
      ...(modules === undefined ? [] : [`${modules}/node_modules`]),
    ].join(":"),
  }),
})

const custom: Interpreter = {
  // Developer Guide, "Building a custom runtime": in the code, else in a layer.
  command: () => ["/bin/sh", "-c", START_CUSTOM],
  variables: ({ layers }) => ({ HALLPASS_LAYERS: layers }),
}

const START_CUSTOM = `for file in "$LAMBDA_TASK_ROOT/bootstrap" "$HALLPASS_LAYERS/bootstrap"; do
  [ -f "$file" ] && [ -x "$file" ] && unset HALLPASS_LAYERS && exec "$file" 5>&-
done
echo "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]" >&2
exit 127`

const ASK =
  "import sys; print(getattr(sys, '_base_executable', sys.executable), sys.base_prefix, sys.version_info[1], sep='\\n')"

/** The version that is asked for, else whichever `python3` there is. */
async function findPython(
  minor: string,
  searchPath: string,
  confinement: Confinement,
): Promise<Interpreter | undefined> {
  const folders = [...new Set(["/usr/local/bin", "/usr/bin", ...searchPath.split(":").filter(Boolean)])]
  for (const name of [`python3.${minor}`, "python3"])
    for (const folder of folders) {
      const python = await askPython(join(folder, name))
      if (python && (isMounted(confinement) || confinement === "none" || isReachable(python.executable)))
        return pythonInterpreter(python)
    }
  return undefined
}

interface Python {
  executable: string
  prefix: string
  minor: string
}

/** What stands on a path may be a script that leads to the interpreter, which may not be there for a function. */
async function askPython(path: string): Promise<Python | undefined> {
  try {
    accessSync(path, constants.X_OK)
  } catch {
    return undefined
  }
  const text = await new Promise<string>((resolve) => {
    execFile(path, ["-I", "-c", ASK], { timeout: 10_000, env: { PATH: "/usr/bin:/bin" } }, (error, stdout) =>
      resolve(error ? "" : stdout),
    )
  })
  const [executable, prefix, minor] = text.trim().split("\n")
  return executable && prefix && minor ? { executable, prefix, minor } : undefined
}

const pythonInterpreter = ({ executable, prefix, minor }: Python): Interpreter => ({
  command: ({ bootstraps }) => [executable, join(bootstraps, "python", "bootstrap.py")],
  variables: ({ bootstraps, layers, modules }) => ({
    LC_CTYPE: "C.UTF-8",
    PYTHONPATH: bootstraps,
    // Told to the bootstrap, which puts them behind the code.
    HALLPASS_PYTHON_PATHS: `${layers}/python:${layers}/python/lib/python3.${minor}/site-packages`,
    ...(modules !== undefined && { HALLPASS_PYTHON_MODULES: `${modules}/python` }),
  }),
  ...(!/^\/usr(\/|$)/.test(prefix) && { library: prefix }),
})
