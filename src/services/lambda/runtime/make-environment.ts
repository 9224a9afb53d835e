import { chownSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import type { Clock } from "../../../base/clock.ts"
import { randomInt } from "../../../base/random.ts"
import type { createCodeStore, Unpacked } from "./code-store.ts"
import type { Directories } from "./directories.ts"
import { Environment } from "./environment.ts"
import { findInterpreter, type Interpreter } from "./interpreters.ts"
import { createLog } from "./logs/log.ts"
import { streamName } from "./logs/stream-name.ts"
import { NotRun } from "./not-run.ts"
import type { ExecutionCredentials, RunnableFunction } from "./runtime.ts"
import { type Confinement, type Place, pathsOf } from "./sandbox/confinement.ts"
import { launch } from "./sandbox/launch.ts"
import { claimUser, NO_USER, type User } from "./sandbox/user.ts"
import { variablesOf } from "./variables.ts"

/** What all environments of a server are made with. */
export interface Workshop {
  confinement: Confinement
  directories: Directories
  codes: ReturnType<typeof createCodeStore>
  clock: Clock
  searchPath: string
  modules: string | undefined
  endpointUrl(): string
}

/** Prepares an environment, whose processes do not run yet. Throws NotRun. */
export async function makeEnvironment(target: RunnableFunction, workshop: Workshop): Promise<Environment> {
  const { confinement, directories, clock } = workshop
  const interpreter = await getInterpreter(target.runtime, workshop)
  const credentials = await getCredentials(target)
  const environment = await getVariables(target)
  const used: Unpacked[] = []
  let user: User = NO_USER
  try {
    const code = await getCode(workshop, [target.code], used)
    const layers = target.layers.length === 0 ? undefined : await getCode(workshop, target.layers, used)
    if (confinement === "namespaces" || confinement === "users") user = await claimUser(randomInt)
    const stream = streamName(target.version, clock.now())
    const log = createLog(target, stream, () => clock.now())
    const place: Place = {
      code,
      layers,
      bootstraps: directories.bootstraps,
      mountPoint: directories.mountPoint,
      temporary: join(directories.temporary, stream.slice(-32)),
      temporaryMegabytes: target.ephemeralStorageMegabytes,
      memoryMegabytes: target.memoryMegabytes,
      user: user.id,
      groups: used.flatMap(({ group }) => group ?? []),
      library: interpreter.library,
      modules: workshop.modules,
    }
    makeTemporary(place, confinement)
    const paths = pathsOf(confinement, place)
    const command = interpreter.command(paths, target.memoryMegabytes)
    return new Environment({
      target,
      confinement,
      user: user.id,
      log,
      extensions: extensionsOf(layers),
      temporary: place.temporary,
      now: () => clock.now(),
      launch: (runtimeApi) =>
        launch(
          confinement,
          place,
          command,
          variablesOf({
            ...{ target, environment, credentials, interpreter, paths, runtimeApi },
            endpointUrl: workshop.endpointUrl(),
            logStream: stream,
          }),
        ),
      cleanUp() {
        user.release()
        for (const one of used) one.release()
        void rm(place.temporary, { recursive: true, force: true })
      },
    })
  } catch (error) {
    user.release()
    for (const one of used) one.release()
    throw error
  }
}

async function getInterpreter(runtime: string, { searchPath, confinement }: Workshop): Promise<Interpreter> {
  const found = await findInterpreter(runtime, searchPath, confinement)
  if (found) return found
  throw new NotRun(
    "noRuntime",
    `This server cannot run functions of the runtime ${runtime}: the machine has nothing that runs them.`,
  )
}

async function getCredentials(target: RunnableFunction): Promise<ExecutionCredentials> {
  try {
    return await target.credentials()
  } catch (error) {
    throw new NotRun("noRole", (error as Error).message, { cause: error })
  }
}

async function getVariables(target: RunnableFunction): Promise<RunnableFunction["environment"]> {
  try {
    return (await target.decryptedEnvironment?.()) ?? target.environment
  } catch (error) {
    throw new NotRun("noVariables", (error as Error).message, { cause: error })
  }
}

async function getCode({ codes }: Workshop, wanted: RunnableFunction["layers"], used: Unpacked[]): Promise<string> {
  try {
    const unpacked = await codes.use(wanted)
    used.push(unpacked)
    return unpacked.path
  } catch (error) {
    throw new NotRun("badCode", `The code of the function cannot be unpacked: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** The programs in the layers' `extensions`, which `init.sh` starts. */
function extensionsOf(layers: string | undefined): string[] {
  const folder = layers && join(layers, "extensions")
  if (!folder || !existsSync(folder)) return []
  return readdirSync(folder).filter((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false })
    return stat?.isFile() && (stat.mode & 0o111) !== 0
  })
}

/** Where there is no file system of its own, `/tmp` is a directory that no other environment comes by. */
function makeTemporary({ temporary, user }: Place, confinement: Confinement): void {
  if (confinement === "namespaces" || confinement === "userNamespaces") return
  mkdirSync(temporary, { mode: 0o700 })
  if (confinement === "users") chownSync(temporary, user, user)
}
