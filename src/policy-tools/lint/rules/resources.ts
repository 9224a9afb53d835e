import { BoundedCache } from "../../../base/bounded-cache.ts"
import { overlaps, type Pattern, parseFormat, parseWritten } from "../../catalogue/overlap.ts"
import { type Action, actionsMatching, findService } from "../../catalogue/read.ts"
import type { LintPolicy, LintStatement, Written } from "../policy.ts"
import { type Hit, some, statementRule } from "../rule.ts"

/** Which values of Action can be about which values of Resource. */
interface Reach {
  actions: readonly { written: Written; matching: readonly Action[]; reaches: boolean }[]
  resources: readonly { written: Written; isReached: boolean }[]
}

/** The ARN formats of the resources that a value of Action can be about, by the service that the ARNs are of. */
type Targets = ReadonlyMap<string, readonly Pattern[]>

const known = new BoundedCache<string, Targets>(512)

function targetsOf(actionPattern: string): Targets {
  const key = actionPattern.toLowerCase()
  const targets = known.find(key) ?? findTargets(actionsMatching(actionPattern))
  known.put(key, targets)
  return targets
}

function findTargets(actions: readonly Action[]): Targets {
  const targets = new Map<string, Pattern[]>()
  const seen = new Set<string>()
  for (const { service, formats } of actions)
    for (const format of formats) {
      if (seen.has(`${service} ${format}`)) continue
      seen.add(`${service} ${format}`)
      const owner = format.split(":")[2] ?? ""
      const pattern = parseFormat(format, findService(service)?.formats ?? [])
      targets.set(owner, [...(targets.get(owner) ?? []), pattern])
    }
  return targets
}

const isEverything = (text: string): boolean => /^\*+$/.test(text)

/** An action without a resource type is about `*`, which only `*` covers; S3's list of buckets by their ARNs too, as AWS's
 * own examples have it. */
function canBeAbout(action: string, { text }: Written, pattern: Pattern): boolean {
  if (isEverything(text)) return true
  const targets = targetsOf(action)
  const owner = text.split(":")[2] ?? ""
  const formats = /[*?]/.test(owner) || owner === "" ? [...targets.values()].flat() : (targets.get(owner) ?? [])
  if (formats.some((format) => overlaps(pattern, format))) return true
  return text === "arn:aws:s3:::*" && actionsMatching(action).some(({ name }) => name === "ListAllMyBuckets")
}

const reaches = new WeakMap<LintStatement, Reach | undefined>()

/** Two rules ask for it. */
function reachOf(statement: LintStatement, policy: LintPolicy): Reach | undefined {
  if (!reaches.has(statement)) reaches.set(statement, findReach(statement, policy))
  return reaches.get(statement)
}

/** Undefined where there is nothing to tell: no Resource, all of them, or what is no ARN. */
function findReach({ actions, resources }: LintStatement, { kind, hasVariables }: LintPolicy): Reach | undefined {
  const isTold = resources.length > 0 && resources.every(({ text }) => text.startsWith("arn:"))
  if (kind === "trust" || !isTold) return undefined
  const patterns = resources.map((written) => ({ written, pattern: parseWritten(written.text, hasVariables) }))
  const reached = new Set<Written>()
  const reaching = actions.map((written) => {
    const matching = actionsMatching(written.text)
    let reaches = false
    for (const { written: resource, pattern } of patterns)
      if (canBeAbout(written.text, resource, pattern)) {
        reaches = true
        reached.add(resource)
      }
    return { written, matching, reaches }
  })
  const told = reaching.filter(({ matching }) => matching.length > 0)
  // What an action that the catalogue does not know is about is not known either.
  const isWhole = told.length === actions.length
  return {
    actions: told,
    resources: resources.map((written) => ({ written, isReached: !isWhole || reached.has(written) })),
  }
}

export const actionWithoutResource = statementRule(
  { id: "HP103", severity: "warning", title: "an action about none of the statement's resources" },
  function* (statement, policy) {
    for (const { written, matching, reaches } of reachOf(statement, policy)?.actions ?? []) {
      if (reaches) continue
      const wanted = [...new Set(matching.flatMap((action) => action.formats))]
      yield wanted.length === 0 ? needsEverything(written) : needsFormat(written, wanted, statement.resources)
    }
  },
)

const needsEverything = ({ text, at }: Written): Hit => ({
  at,
  message: `${text} has no resource type, so it is about "*" alone, and no resource here is that.`,
  fix: `Give ${text} a statement of its own with "Resource": "*".`,
})

/** `arn:aws:s3:::<BucketName>`: a format of the reference, for people. */
const readable = (format: string): string => format.replace("${Partition}", "aws").replace(/\$\{(\w+)\}/g, "<$1>")

/** The plainest first. */
const byLength = (a: string, b: string): number => a.length - b.length

function needsFormat({ text, at }: Written, wanted: readonly string[], resources: readonly Written[]): Hit {
  const bucket = resources.find((one) => /^arn:aws[a-z-]*:s3:::[^/*]+$/.test(one.text))
  const isObject = wanted.some((format) => format.endsWith(":s3:::${BucketName}/${ObjectName}"))
  return {
    at,
    message: `${text} is about ${some(wanted.map(readable).sort(byLength), 2)}, and no resource here is of that form.`,
    fix:
      bucket && isObject ? `Add ${bucket.text}/* to Resource.` : "Add a resource of that form, or take the action out.",
  }
}

export const resourceWithoutAction = statementRule(
  { id: "HP104", severity: "warning", title: "a resource that none of the statement's actions is about" },
  function* (statement, policy) {
    const reach = reachOf(statement, policy)
    if (reach === undefined || !reach.resources.some(({ isReached }) => isReached)) return
    for (const { written, isReached } of reach.resources)
      if (!isReached)
        yield {
          at: written.at,
          message: `No action of the statement is about ${written.text}.`,
          fix: "Take the resource out, or add the actions that are about it.",
        }
  },
)
