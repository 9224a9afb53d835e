import { systemClock } from "../base/clock.ts"
import type { Engine } from "./engine.ts"
import { createFilesEngine } from "./files/engine.ts"
import { createMemoryEngine } from "./memory.ts"
import { assertPlace, type Place } from "./place.ts"
import { createRoom, type Room, type RoomParts } from "./room.ts"
import { createRowsEngine } from "./rows.ts"
import { createUpstreamEngine } from "./upstream/engine.ts"

type RoomDeps = Pick<RoomParts, "store" | "clock" | "onFault">

/** Opens the room for bodies at a place. Those that lie in rows of the database from before are found too. */
export async function openRoom(place: Place, parts: RoomDeps): Promise<Room> {
  const { store } = parts
  if (place.kind === "memory") {
    const engine = createMemoryEngine()
    return createRoom({ ...parts, engine, clear: engine.clear })
  }
  const rows = createRowsEngine(store)
  const engine = engineOf(place)
  const room = createRoom({ ...parts, ...(engine ? { engine, rows } : { engine: rows }) })
  await assertPlace(room, engine)
  return room
}

/** Undefined where bodies lie in rows alone. */
function engineOf(place: Exclude<Place, { kind: "memory" }>): Engine | undefined {
  switch (place.kind) {
    case "rows":
      return undefined
    case "directory":
      return createFilesEngine(place.path)
    case "s3":
      // Its clock is the world's, wherever ours was set to.
      return createUpstreamEngine(place, systemClock)
  }
}
