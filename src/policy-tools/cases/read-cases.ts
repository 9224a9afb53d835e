import { findNearest } from "../../base/nearest.ts"
import type { CompiledPolicy, ContextValue } from "../../policy/index.ts"
import { actionsMatching, findService } from "../catalogue/read.ts"
import { mapOf, readFields, textMapOf, textOf, textsOf } from "../source/fields.ts"
import { findText, itemsOf, type Place, plainOf, SourceError, type SourceNode } from "../source/node.ts"
import type { Case, Expectation } from "./case.ts"
import type { Policies } from "./policies.ts"
import { parseSentence, parseWho } from "./sentence.ts"

const FIELDS = [
  "case",
  "who",
  "may",
  "may not",
  "becomes",
  "on",
  "when",
  "claims",
  "session policies",
  "session tags",
  "vpce",
  "because",
] as const

/** The cases of a file: sentences, and maps for what a sentence cannot say. */
export function readCases(node: SourceNode, policies: Policies): Case[] {
  if (node.kind !== "list") throw new SourceError("'cases' is not a list", node.at)
  return node.items.map((item) => {
    const sentence = findText(item)
    const read = sentence === undefined ? readMap(item, policies) : fromSentence(sentence, item.at)
    for (const expectation of read.expectations)
      if (expectation.kind !== "becomes") for (const action of expectation.actions) assertAction(action, read.at)
    return read
  })
}

const PLAIN = { claims: {}, sessionPolicies: [], sessionTags: {}, endpointPolicies: undefined, because: undefined }

function fromSentence(text: string, at: Place): Case {
  return { ...PLAIN, name: text.trim().replace(/\s+/g, " "), at, ...parseSentence(text, at) }
}

function readMap(node: SourceNode, policies: Policies): Case {
  // A colon and a space in a sentence make YAML read a map.
  const fields = readFields(node, "a case", FIELDS)
  const who = fields.get("who")
  const becomes = fields.find("becomes")
  const because = fields.find("because")
  const name = fields.find("case")
  const claims = fields.find("claims")
  const expectations: Expectation[] = (["may", "may not"] as const).flatMap((kind) => {
    const actions = textsOf(fields.find(kind), `'${kind}'`)
    return actions.length === 0 ? [] : { kind, actions }
  })
  if (becomes) {
    const role = becomes.kind === "scalar" && becomes.value === null ? "nobody" : textOf(becomes, "'becomes'")
    expectations.push({ kind: "becomes", role: role === "nobody" ? null : role })
  }
  if (expectations.length === 0)
    throw new SourceError("the case expects nothing: say 'may', 'may not' or 'becomes'", node.at)
  const whoText = textOf(who, "'who'")
  const sessionPolicies = itemsOf(fields.find("session policies"))
  const vpce = fields.find("vpce")
  return {
    name: name ? textOf(name, "'case'") : whoText,
    subject: name ? `${textOf(name, "'case'")}:` : whoText,
    at: node.at,
    who: parseWho(whoText, who.at),
    expectations,
    resources: textsOf(fields.find("on"), "'on'"),
    context: readContext(fields.find("when")),
    claims: claims
      ? (plainOf({ kind: "map", at: claims.at, ...mapOf(claims, "'claims'") }) as Record<string, unknown>)
      : {},
    sessionPolicies: sessionPolicies.map((one) => policies.get(one, "a session policy")),
    sessionTags: textMapOf(fields.find("session tags"), "'session tags'"),
    endpointPolicies: vpce && readEndpoint(vpce, policies),
    because: because && textOf(because, "'because'"),
  }
}

/** The policies of a VPC endpoint: one, or a list. */
export const readEndpoint = (node: SourceNode, policies: Policies): CompiledPolicy[] =>
  itemsOf(node).map((one) => policies.get(one, "a policy of the VPC endpoint"))

/** Condition keys and their values: text, or lists of texts. */
export function readContext(node: SourceNode | undefined): Record<string, ContextValue> {
  if (node === undefined) return {}
  return Object.fromEntries(
    mapOf(node, "'when'").entries.map(({ key, value }): [string, ContextValue] => [
      key,
      value.kind === "list"
        ? textsOf(value, key)
        : textMapOf({ kind: "map", at: value.at, entries: [{ key, keyAt: value.at, value }] }, key)[key]!,
    ]),
  )
}

/** An action that does not exist is never allowed, so that a case about it would prove nothing. */
function assertAction(action: string, at: Place): void {
  if (/[*?]/.test(action)) throw new SourceError(`${action} is a pattern; a request is for one action`, at)
  if (actionsMatching(action).length > 0) return
  const [prefix = "", name = ""] = action.split(":")
  const service = findService(prefix.toLowerCase())
  if (service === undefined) throw new SourceError(`There is no action '${action}': AWS has no service '${prefix}'`, at)
  const nearest = findNearest(
    name,
    [...service.actions.values()].map((one) => one.name),
  )
  throw new SourceError(
    `There is no action '${action}'${nearest ? `; did you mean '${service.prefix}:${nearest}'?` : ""}`,
    at,
  )
}
