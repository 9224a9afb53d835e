import type { Writing } from "../../../store/store.ts"

/** So many of a function's reserved executions are a process's until then, in milliseconds since the epoch. */
export interface Lease {
  functionId: string
  owner: string
  until: number
}

export interface Wanted {
  reserved: number
  wanted: number
  /** What is under way counts, even where less is reserved by now. */
  atLeast: number
  now: number
}

/** Leases as many places as are wanted and free; how many the process has now. */
export async function leasePlaces(
  tx: Writing,
  { functionId, owner, until }: Lease,
  { reserved, wanted, atLeast, now }: Wanted,
): Promise<number> {
  await tx.run("DELETE FROM lambda_leases WHERE function_id = $1 AND until <= $2", functionId, now)
  const others = await tx.all<{ places: number }>(
    "SELECT places FROM lambda_leases WHERE function_id = $1 AND owner <> $2",
    functionId,
    owner,
  )
  const free = others.reduce((left, { places }) => left - Number(places), reserved)
  const places = Math.max(atLeast, Math.min(wanted, free))
  if (places > 0)
    await tx.run(
      `INSERT INTO lambda_leases (function_id, owner, places, until) VALUES ($1, $2, $3, $4)
       ON CONFLICT (function_id, owner) DO UPDATE SET places = excluded.places, until = excluded.until`,
      functionId,
      owner,
      places,
      until,
    )
  return places
}

export async function extendLeases(tx: Writing, owner: string, until: number): Promise<void> {
  await tx.run("UPDATE lambda_leases SET until = $2 WHERE owner = $1", owner, until)
}

/** Of one function all but so many, else of all functions all. */
export async function giveUpLeases(
  tx: Writing,
  owner: string,
  of?: { functionId: string; keep: number },
): Promise<void> {
  if (!of) await tx.run("DELETE FROM lambda_leases WHERE owner = $1", owner)
  else if (of.keep === 0)
    await tx.run("DELETE FROM lambda_leases WHERE function_id = $1 AND owner = $2", of.functionId, owner)
  else
    await tx.run(
      "UPDATE lambda_leases SET places = $3 WHERE function_id = $1 AND owner = $2",
      of.functionId,
      owner,
      of.keep,
    )
}
