import { type Place, SourceError } from "../source/node.ts"
import type { Expectation, Who } from "./case.ts"

export interface Sentence {
  subject: string
  who: Who
  expectations: Expectation[]
  resources: string[]
  context: Record<string, string | string[]>
}

const FORM =
  "WHO [in GROUPS] [through POOL] may|may not ACTIONS [on RESOURCES] [when KEY is VALUE], or WHO becomes ROLE"

/**
 * Reads a case that is a sentence: `alice in Readers through Shop may s3:GetObject on arn:aws:s3:::books/a`.
 *
 * @throws {SourceError}
 */
export function parseSentence(text: string, at: Place): Sentence {
  const [, subject, verb, object] = /^(.+?)\s+(may not|may|becomes)\s+(.+)$/s.exec(text.trim()) ?? []
  if (subject === undefined || verb === undefined || object === undefined)
    throw new SourceError(`This is no sentence of the form ${FORM}: ${text}`, at)
  const who = parseWho(subject, at)
  if (verb === "becomes") {
    if (who.kind !== "person" && who.kind !== "guest")
      throw new SourceError("Only people and guests become a role, through an identity pool", at)
    const role = object.trim()
    if (/\s/.test(role)) throw new SourceError(`'${role}' is no name of a role, nor nobody`, at)
    return {
      subject,
      who,
      expectations: [{ kind: "becomes", role: role === "nobody" ? null : role }],
      resources: [],
      context: {},
    }
  }
  const [, actions = "", resources, condition] = /^(.+?)(?:\s+on\s+(.+?))?(?:\s+when\s+(.+))?$/s.exec(object) ?? []
  return {
    subject,
    who,
    expectations: [{ kind: verb as "may" | "may not", actions: listOf(actions) }],
    resources: listOf(resources),
    context: condition === undefined ? {} : parseCondition(condition, at),
  }
}

const listOf = (text: string | undefined): string[] => text?.split(/\s*,\s*|\s+and\s+/).filter(Boolean) ?? []

/** `alice in Readers, Writers through Shop`, `guest`, `user bob`, `role Reader`, `anyone`. */
export function parseWho(text: string, at: Place): Who {
  const [, name, groups, through, role] =
    /^(\S+(?:\s+(?!in\s|through\s|as\s)\S+)?)(?:\s+in\s+(.+?))?(?:\s+through\s+(\S+))?(?:\s+as\s+(\S+))?$/s.exec(
      text.trim(),
    ) ?? []
  if (name === undefined) throw new SourceError(`'${text}' does not say who; the form is ${FORM}`, at)
  const [first = "", second] = name.split(/\s+/)
  if (second !== undefined) {
    if ((first !== "user" && first !== "role") || groups || through || role)
      throw new SourceError(`'${text}' does not say who: a person, guest, anyone, user NAME or role NAME`, at)
    return { kind: first, name: second }
  }
  if (first !== "guest" && first !== "anyone")
    return { kind: "person", name: first, through, groups: groups === undefined ? undefined : listOf(groups), role }
  if (groups || role) throw new SourceError(`${first} is in no groups and asks for no role`, at)
  if (first === "guest") return { kind: "guest", through }
  if (through) throw new SourceError("anyone is without credentials, and so goes through no pool", at)
  return { kind: "anyone" }
}

/** `s3:prefix is a/ and aws:TagKeys is x, y`. */
function parseCondition(text: string, at: Place): Record<string, string | string[]> {
  return Object.fromEntries(
    text.split(/\s+and\s+/).map((part) => {
      const [, key, value] = /^(\S+)\s+is\s+(.+)$/s.exec(part.trim()) ?? []
      if (key === undefined || value === undefined)
        throw new SourceError(`'${part}' is not of the form KEY is VALUE`, at)
      const values = value.split(/\s*,\s*/)
      return [key, values.length === 1 ? value : values]
    }),
  )
}
