import { type Glob, matchesGlob } from "./glob.ts"
import type { Statement } from "./statement.ts"

/** The statements of one effect, found by action: most of a large policy is about another service. */
export interface ActionIndex {
  /** By action in lower case: patterns without wildcards. */
  readonly byAction: ReadonlyMap<string, readonly Statement[]>
  /** By service in lower case: patterns whose service is written out. */
  readonly byService: ReadonlyMap<string, readonly Candidate[]>
  /** NotAction, and patterns whose service holds a wildcard. */
  readonly elsewhere: readonly Candidate[]
}

/** A statement whose action is still to be compared. */
interface Candidate {
  readonly statement: Statement
  /** One pattern of Action; undefined for NotAction. */
  readonly glob: Glob | undefined
}

export function indexByAction(statements: readonly Statement[]): ActionIndex {
  const byAction = new Map<string, Statement[]>()
  const byService = new Map<string, Candidate[]>()
  const elsewhere: Candidate[] = []
  for (const statement of statements) {
    for (const { text, glob } of statement.action ?? []) {
      const service = text.slice(0, text.indexOf(":") + 1)
      if (!/[*?]/.test(text)) addTo(byAction, text, statement)
      else if (service === "" || /[*?]/.test(service)) elsewhere.push({ statement, glob })
      else addTo(byService, service, { statement, glob })
    }
    if (statement.action === undefined && isListed(statement.notAction)) elsewhere.push({ statement, glob: undefined })
  }
  return { byAction, byService, elsewhere }
}

/** An empty list is as good as none: it says nothing, so its statement is about nothing. */
const isListed = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0

function addTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

/** An action of a request, made ready for look-ups. */
export interface AskedAction {
  /** In lower case. */
  readonly name: string
  /** Up to the colon and with it. */
  readonly service: string
}

export function parseAskedAction(action: string): AskedAction {
  const name = action.toLowerCase()
  return { name, service: name.slice(0, name.indexOf(":") + 1) }
}

/** The first statement about the action of which `applies` is true. */
export function findStatement(
  index: ActionIndex,
  action: AskedAction,
  applies: (statement: Statement) => boolean,
): Statement | undefined {
  const exact = index.byAction.get(action.name)
  if (exact !== undefined) for (const statement of exact) if (applies(statement)) return statement
  const ofService = index.byService.get(action.service)
  return (
    (ofService && findCandidate(ofService, action.name, applies)) ??
    findCandidate(index.elsewhere, action.name, applies)
  )
}

function findCandidate(
  candidates: readonly Candidate[],
  action: string,
  applies: (statement: Statement) => boolean,
): Statement | undefined {
  for (const { statement, glob } of candidates) {
    const about = glob === undefined ? matchesAction(statement, action) : matchesGlob(glob, action)
    if (about && applies(statement)) return statement
  }
  return undefined
}

/** Whether a statement is about the action, by its own elements. `action` is in lower case. */
export function matchesAction(statement: Statement, action: string): boolean {
  if (statement.action !== undefined) return statement.action.some(({ glob }) => matchesGlob(glob, action))
  if (!isListed(statement.notAction)) return false
  return !statement.notAction!.some(({ glob }) => matchesGlob(glob, action))
}
