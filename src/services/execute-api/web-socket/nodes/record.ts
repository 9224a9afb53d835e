import type { Reading, Writing } from "../../../../store/store.ts"
import type { ConnectionFacts } from "../connection.ts"

/** A node's connections are there for as long as it says so; then they are gone with it. */
export const LEASE_MILLISECONDS = 30_000

/** Letters that wait for one node. Beyond it, whoever writes is told that nobody reads. */
const LETTERS_AT_MOST = 1_000
const LETTERS_AT_ONCE = 50

/** What another node wants of a connection: that it is sent something, or ended. */
export interface Letter {
  connectionId: string
  closes: boolean
  body: Uint8Array
}

export async function renewLease(tx: Writing, node: string, now: number): Promise<void> {
  await tx.run(
    `INSERT INTO execute_api_nodes (node, leased_until) VALUES ($1, $2)
     ON CONFLICT (node) DO UPDATE SET leased_until = excluded.leased_until`,
    node,
    now + LEASE_MILLISECONDS,
  )
}

export async function insertConnection(tx: Writing, node: string, facts: ConnectionFacts): Promise<void> {
  await tx.run(
    "INSERT INTO execute_api_connections (connection_id, node, last_active, body) VALUES ($1, $2, $3, $4)",
    facts.id,
    node,
    facts.lastActiveAt,
    JSON.stringify(facts),
  )
}

export async function touchConnection(tx: Writing, { id, lastActiveAt }: ConnectionFacts): Promise<void> {
  await tx.run("UPDATE execute_api_connections SET last_active = $2 WHERE connection_id = $1", id, lastActiveAt)
}

export async function removeConnection(tx: Writing, id: string): Promise<void> {
  await tx.run("DELETE FROM execute_api_connections WHERE connection_id = $1", id)
}

/** Undefined where nobody has it any more. */
export async function readConnection(
  tx: Reading,
  id: string,
  now: number,
): Promise<{ node: string; facts: ConnectionFacts } | undefined> {
  const row = await tx.get<{ node: string; body: string; last_active: number | bigint }>(
    `SELECT c.node AS node, c.body AS body, c.last_active AS last_active
     FROM execute_api_connections c JOIN execute_api_nodes n ON n.node = c.node
     WHERE c.connection_id = $1 AND n.leased_until > $2`,
    id,
    now,
  )
  if (!row) return undefined
  const facts = JSON.parse(row.body) as ConnectionFacts
  return { node: row.node, facts: { ...facts, lastActiveAt: Number(row.last_active) } }
}

/** False where too many wait. Letters are read in the order of their ids. */
export async function putLetter(tx: Writing, node: string, id: string, letter: Letter): Promise<boolean> {
  const row = await tx.get<{ n: number | bigint }>(
    "SELECT COUNT(*) AS n FROM (SELECT id FROM execute_api_letters WHERE node = $1 LIMIT $2) waiting",
    node,
    LETTERS_AT_MOST,
  )
  if (Number(row!.n) >= LETTERS_AT_MOST) return false
  await tx.run(
    "INSERT INTO execute_api_letters (node, id, connection_id, closes, body) VALUES ($1, $2, $3, $4, $5)",
    node,
    id,
    letter.connectionId,
    letter.closes ? 1 : 0,
    letter.body,
  )
  return true
}

interface LetterRow {
  id: string
  connection_id: string
  closes: number | bigint
  body: Uint8Array
}

const lettersFor = (tx: Reading, node: string): Promise<LetterRow[]> =>
  tx.all<LetterRow & Record<string, never>>(
    "SELECT id, connection_id, closes, body FROM execute_api_letters WHERE node = $1 ORDER BY id LIMIT $2",
    node,
    LETTERS_AT_ONCE,
  )

export const hasLetters = async (tx: Reading, node: string): Promise<boolean> => {
  const found = await tx.get("SELECT id FROM execute_api_letters WHERE node = $1 LIMIT 1", node)
  return found !== undefined
}

/** Takes some of them away: each is read once. */
export async function takeLetters(tx: Writing, node: string): Promise<{ letters: Letter[]; areMore: boolean }> {
  const rows = await lettersFor(tx, node)
  for (const { id } of rows) await tx.run("DELETE FROM execute_api_letters WHERE node = $1 AND id = $2", node, id)
  return {
    letters: rows.map(({ connection_id, closes, body }) => ({
      connectionId: connection_id,
      closes: Number(closes) === 1,
      body,
    })),
    areMore: rows.length === LETTERS_AT_ONCE,
  }
}
