import type { Config, Storage } from "../config.ts"
import { makePrivateDirectory } from "../keys.ts"
import type { RunningHallpass } from "../running.ts"
import type { HttpResponse } from "../wire/http.ts"
import { openDoor } from "./door.ts"
import { byPort, doorDirectories, inDirectory, type Pointer, removePointer, writePointer } from "./pointer.ts"
import type { ServerDescription } from "./running.ts"

/** What is there until the server ends. */
export interface Presence {
  end(): Promise<void>
}

/** Opens the door of this server, and writes down where it is: in its data directory, and by its port. */
export async function announcePresence(
  { storage, accountId, workers }: Config,
  { url, region, credentials, port, control }: RunningHallpass,
  onFault: (message: string) => void,
): Promise<Presence> {
  // Where the environment gives the master key and the records are in a database, nobody has made the directory yet.
  if (storage.kind === "database") makePrivateDirectory(storage.path)
  const description = {
    pid: process.pid,
    url,
    region,
    accountId,
    ...credentials,
    storage: describeStorage(storage),
    startedAt: new Date().toISOString(),
    processes: workers,
  } satisfies ServerDescription
  const own = storage.kind === "memory" ? [] : [storage.path]
  const door = await openDoor([...own, ...doorDirectories()], async (request) =>
    request.path === "/_hallpass/server" ? asJson(description) : control(request),
  )
  if (!door) {
    onFault("No socket could be made, so that 'hallpass env' and other commands will not find this server.")
    return { end: async () => {} }
  }
  const pointer: Pointer = { pid: process.pid, door: door.path }
  const files = [...own.map(inDirectory), byPort(port)]
  for (const file of files) writePointer(file, pointer)
  return {
    async end() {
      for (const file of files) removePointer(file, pointer)
      await door.close()
    },
  }
}

/** Of a database its host alone: its URL may hold a password. */
function describeStorage(storage: Storage): string {
  switch (storage.kind) {
    case "memory":
      return "in memory: nothing is kept"
    case "directory":
      return `in ${storage.path}`
    case "database":
      return `in PostgreSQL at ${new URL(storage.url).host}`
  }
}

const asJson = (value: unknown): HttpResponse => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
})
