import { opendir, rm, rmdir, stat, unlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { StoreError } from "../../store/errors.ts"
import type { Engine, Sink } from "../engine.ts"
import { failed, missing } from "../errors.ts"
import { familyOf } from "../ids.ts"
import { createBuffers } from "./buffers.ts"
import { isMissing } from "./directories.ts"
import { BEGUN, placeOf } from "./places.ts"
import { readFile } from "./read.ts"
import { createFile } from "./sink.ts"

/** Files of a family that are removed at once. */
const REMOVED_AT_ONCE = 100

/**
 * Bodies as files of a directory: of this node's own, or of one that several nodes share. It is readable by its owner
 * alone, and nothing about it is remembered, so that nodes need not tell each other.
 */
export function createFilesEngine(root: string): Engine {
  const buffers = createBuffers()
  const fileOf = (id: string) => join(root, placeOf(id))
  return {
    async create(id, { as = id } = {}) {
      return telling(await createFile(fileOf(id), fileOf(as)).catch(fail))
    },

    async find(id) {
      try {
        return (await stat(fileOf(id))).size
      } catch (error) {
        if (isMissing(error)) return undefined
        throw failed("read", error)
      }
    },

    async *read(id, span) {
      try {
        yield* readFile(fileOf(id), id, span, buffers)
      } catch (error) {
        throw isMissing(error) ? missing(id, "its file is not there") : asStoreError("read", error)
      }
    },

    async remove(id) {
      try {
        return id === familyOf(id) ? await removeFamily(fileOf(id)) : await removeMember(fileOf(id))
      } catch (error) {
        throw failed("removed", error)
      }
    },
  }
}

const asStoreError = (what: string, error: unknown) => (error instanceof StoreError ? error : failed(what, error))
const fail = (error: unknown): never => {
  throw failed("written", error)
}

/** A sink that says what it could not do. */
const telling = ({ write, finish, abort }: Sink): Sink => ({
  write: (piece) => write(piece).catch(fail),
  finish: () => finish().catch(fail),
  abort,
})

/** A body of a family, and the family's directory with the last of them. */
async function removeMember(file: string): Promise<boolean> {
  await removeBody(file)
  await rmdir(dirname(file)).catch(() => {})
  return true
}

/** A body without family, or the directory of a family. */
async function removeFamily(path: string): Promise<boolean> {
  const isDirectory = await stat(path).then(
    (stats) => stats.isDirectory(),
    (error) => {
      if (isMissing(error)) return false
      throw error
    },
  )
  if (!isDirectory) {
    await removeBody(path)
    return true
  }
  let removed = 0
  for await (const { name } of await opendir(path)) {
    if (++removed > REMOVED_AT_ONCE) return false
    await rm(join(path, name), { force: true })
  }
  await rmdir(path).catch(() => {})
  return true
}

async function removeBody(file: string): Promise<void> {
  for (const name of [`${file}${BEGUN}`, file])
    await unlink(name).catch((error) => {
      if (!isMissing(error)) throw error
    })
}
