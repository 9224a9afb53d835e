import { hash } from "node:crypto"
import { type CompiledPolicy, compile, type PolicyDocument } from "../policy/index.ts"

/** A policy as it was, by the hash of its text: however many refusals it had a part in, it is kept once. */
export interface PolicyText {
  hash: string
  text: string
}

interface Written {
  arn?: string
  name?: string
  document: PolicyDocument
}

interface Facts {
  hash: string
  heapBytes: number
}

/** What a compiled policy takes for each character of its text (measured: 20 of many short statements), and at least. */
const HEAP_BYTES_PER_CHARACTER = 20
const HEAP_BYTES_AT_LEAST = 4_096

// A compiled policy never changes, and is there for as long as it is cached.
const known = new WeakMap<CompiledPolicy, Facts>()

function factsOf(policy: CompiledPolicy): Facts {
  let facts = known.get(policy)
  if (facts === undefined) {
    const text = textOf(policy)
    facts = {
      hash: hash("sha256", text, "base64url").slice(0, 22),
      heapBytes: HEAP_BYTES_AT_LEAST + HEAP_BYTES_PER_CHARACTER * text.length,
    }
    known.set(policy, facts)
  }
  return facts
}

function textOf({ arn, name, document }: CompiledPolicy): string {
  const written: Written = { ...(arn !== undefined && { arn }), ...(name !== undefined && { name }), document }
  return JSON.stringify(written)
}

export const hashOf = (policy: CompiledPolicy): string => factsOf(policy).hash

/** About how much memory it takes. */
export const heapBytesOf = (policy: CompiledPolicy): number => factsOf(policy).heapBytes

export const formatPolicyText = (policy: CompiledPolicy): PolicyText => ({ hash: hashOf(policy), text: textOf(policy) })

export function parsePolicyText(text: string): CompiledPolicy {
  const { document, ...names } = JSON.parse(text) as Written
  return compile(document, names)
}
