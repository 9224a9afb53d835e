import { DatabaseSync, type StatementSync } from "node:sqlite"

/** What was the most since `reset`: by one statement, and between two turns of the event loop. */
export interface Touched {
  statement: { rows: number; sql: string }
  turn: number
}

const NOTHING: Touched = { statement: { rows: 0, sql: "" }, turn: 0 }
let most: Touched = NOTHING
let inStatement = 0
let inTurn = 0
let isTurnOpen = false

/**
 * Counts the rows that SQLite looks at, in every database that is opened after this in the process: each WHERE gets a
 * condition that is true and counts. It is asked for each row that an index leads to, whether the other conditions hold or
 * not, so that what is passed over counts as well as what is found. Rows that a join finds by their key are not counted
 * beside those that they are found for.
 */
export function countTouchedRows(): { most(): Touched; reset(): void } {
  const { prepare } = DatabaseSync.prototype
  const counting = new WeakSet<DatabaseSync>()
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: []) {
    if (!counting.has(this)) {
      counting.add(this)
      this.function("touched_row", touch)
    }
    return watched(prepare.call(this, counted(sql), ...rest) as StatementSync, sql)
  }
  return {
    most: () => most,
    reset() {
      most = NOTHING
      inTurn = 0
    },
  }
}

function touch(): number {
  inStatement++
  inTurn++
  if (!isTurnOpen) {
    isTurnOpen = true
    setImmediate(() => {
      isTurnOpen = false
      inTurn = 0
    })
  }
  if (inTurn > most.turn) most = { ...most, turn: inTurn }
  return 1
}

/** Runs are synchronous: what was touched in between is the statement's. */
function watched(statement: StatementSync, sql: string): StatementSync {
  for (const name of ["get", "all", "run"] as const) {
    const run = statement[name].bind(statement) as (...values: never[]) => never
    statement[name] = ((...values: never[]) => {
      inStatement = 0
      try {
        return run(...values)
      } finally {
        if (inStatement > most.statement.rows) most = { ...most, statement: { rows: inStatement, sql } }
      }
    }) as never
  }
  return statement
}

/** The same statement, with the condition in each WHERE, and in one of its own where it has none. */
export function counted(sql: string): string {
  if (!/^\s*(select|insert|update|delete|with)\b/i.test(sql)) return sql
  if (/\bwhere\b/i.test(sql)) return sql.replace(/\bwhere\b/gi, "WHERE touched_row() AND")
  const isPlain = /^\s*(select|update|delete)\b/i.test(sql) && !/\bfrom\s+pragma_/i.test(sql)
  if (!isPlain || (/^\s*select\b/i.test(sql) && !/\bfrom\b/i.test(sql))) return sql
  const end = /\b(group by|order by|limit|returning)\b/i.exec(sql)?.index ?? sql.length
  return `${sql.slice(0, end).trimEnd()} WHERE touched_row() ${sql.slice(end)}`
}
