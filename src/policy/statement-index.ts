import type { Asked } from "./asked.ts"
import { type Glob, matchesGlob } from "./glob.ts"
import type { ResourcePattern } from "./resource-pattern.ts"
import type { Statement } from "./statement.ts"

/**
 * The statements of one effect, found by the action and the resource of a request, so that a large policy costs little
 * more than the few of its statements that could apply.
 */
export interface StatementIndex {
  /** By action in lower case: patterns without wildcards. */
  readonly byAction: ReadonlyMap<string, Group>
  /** By service in lower case, with its colon: patterns whose service is written out. */
  readonly byService: ReadonlyMap<string, Group>
  /** NotAction, and patterns whose service holds a wildcard. */
  readonly elsewhere: Group
}

/** A statement found by its action, or by a part of it. */
interface Candidate {
  readonly statement: Statement
  /** What is left to compare the action with; undefined where nothing is. */
  readonly pattern: Glob | "NotAction" | undefined
}

interface Group {
  readonly candidates: readonly Candidate[]
  /** By the text that a resource has to start with; undefined where there are too few to be worth it. */
  readonly byHead: ReadonlyMap<string, readonly Candidate[]> | undefined
  /** The lengths of those texts: few, for they cannot all be long. */
  readonly headLengths: readonly number[]
}

export function indexStatements(statements: readonly Statement[]): StatementIndex {
  const byAction = new Map<string, Candidate[]>()
  const byService = new Map<string, Candidate[]>()
  const elsewhere: Candidate[] = []
  for (const statement of statements) {
    if (statement.action === undefined) {
      elsewhere.push({ statement, pattern: "NotAction" })
      continue
    }
    for (const { text, glob } of statement.action) {
      const service = text.slice(0, text.indexOf(":") + 1)
      if (!/[*?]/.test(text)) addTo(byAction, text, { statement, pattern: undefined })
      else if (service === "" || /[*?]/.test(service)) elsewhere.push({ statement, pattern: glob })
      else addTo(byService, service, { statement, pattern: glob })
    }
  }
  return { byAction: groups(byAction), byService: groups(byService), elsewhere: groupOf(elsewhere) }
}

const groups = (lists: ReadonlyMap<string, readonly Candidate[]>): ReadonlyMap<string, Group> =>
  new Map([...lists].map(([key, candidates]) => [key, groupOf(candidates)]))

/** Below this many, comparing each costs less than looking up. */
const WORTH_AN_INDEX = 8

function groupOf(candidates: readonly Candidate[]): Group {
  if (candidates.length < WORTH_AN_INDEX) return { candidates, byHead: undefined, headLengths: [] }
  const byHead = new Map<string, Candidate[]>()
  for (const candidate of candidates)
    for (const head of headsOf(candidate.statement.resource)) addTo(byHead, head, candidate)
  return { candidates, byHead, headLengths: [...new Set([...byHead.keys()].map(({ length }) => length))] }
}

/** What a resource of the statement starts with. Without a Resource element that may be anything. */
const headsOf = (resource: readonly ResourcePattern[] | undefined): ReadonlySet<string> =>
  new Set(resource?.map(({ template }) => template.head) ?? [""])

function addTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

/**
 * The first statement about the action of which `applies` is true. It is asked of every statement that is about the
 * action and could be about the resource, in no certain order, of some more than once.
 */
export function findStatement(
  index: StatementIndex,
  asked: Asked,
  applies: (statement: Statement) => boolean,
): Statement | undefined {
  const exact = index.byAction.get(asked.action)
  const found = exact && findInGroup(exact, asked, applies)
  if (found !== undefined) return found
  const ofService = index.byService.get(asked.service)
  return (ofService && findInGroup(ofService, asked, applies)) ?? findInGroup(index.elsewhere, asked, applies)
}

function findInGroup(
  { candidates, byHead, headLengths }: Group,
  { action, request: { resource }, otherResource }: Asked,
  applies: (statement: Statement) => boolean,
): Statement | undefined {
  // A resource with two names has two starts.
  if (byHead === undefined || otherResource !== undefined) return findAmong(candidates, action, applies)
  for (const length of headLengths) {
    const startingAlike = length > resource.length ? undefined : byHead.get(resource.slice(0, length))
    const found = startingAlike && findAmong(startingAlike, action, applies)
    if (found !== undefined) return found
  }
  return undefined
}

function findAmong(
  candidates: readonly Candidate[],
  action: string,
  applies: (statement: Statement) => boolean,
): Statement | undefined {
  for (const { statement, pattern } of candidates) {
    const isAbout =
      pattern === undefined ||
      (pattern === "NotAction" ? matchesAction(statement, action) : matchesGlob(pattern, action))
    if (isAbout && applies(statement)) return statement
  }
  return undefined
}

/** Whether a statement is about the action, by its own elements. `action` is in lower case. */
export function matchesAction({ action: patterns, notAction }: Statement, action: string): boolean {
  if (patterns !== undefined) return patterns.some(({ glob }) => matchesGlob(glob, action))
  // An empty list says nothing, so its statement is about nothing.
  return notAction !== undefined && notAction.length > 0 && !notAction.some(({ glob }) => matchesGlob(glob, action))
}
