import { BoundedCache } from "../../base/bounded-cache.ts"
import { type CompiledPolicy, compile, decide, PolicySyntaxError } from "../../policy/index.ts"
import { meantOperator } from "../meant-operator.ts"
import { parseQuestion, QuestionError } from "./question.ts"

/** The line that answers, and whether the question could be understood. */
export interface Answer {
  text: string
  understood: boolean
}

const POLICIES_KEPT = 4096
/** A longer document is compiled each time rather than kept: the cache is bounded in bytes too. */
const LONGEST_KEPT = 64 * 1024

/** A function from a line to its answer that compiles a policy once for as long as the same text comes again. */
export function createAnswerer(): (line: string) => Answer {
  const cache = new BoundedCache<string, CompiledPolicy>(POLICIES_KEPT)

  function compileOnce(document: unknown, path: string): CompiledPolicy {
    const text = typeof document === "string" ? document : JSON.stringify(document)
    const known = cache.find(text)
    if (known !== undefined) return known
    try {
      const policy = compile(text)
      if (text.length <= LONGEST_KEPT) cache.put(text, policy)
      return policy
    } catch (error) {
      if (error instanceof PolicySyntaxError)
        throw new QuestionError(`policies.${path}: ${error.message}${meantOperator(error)}`)
      throw error
    }
  }

  return (line) => {
    let id: unknown
    try {
      const written: unknown = JSON.parse(line)
      if (typeof written !== "object" || written === null || Array.isArray(written))
        throw new QuestionError("The line is not a JSON object.")
      const question = written as Readonly<Record<string, unknown>>
      id = question.id
      const { request, applicable } = parseQuestion(question, compileOnce)
      const { decision, because, statements } = decide(request, applicable)
      return { text: JSON.stringify({ id, decision, because, statements }), understood: true }
    } catch (error) {
      return { text: JSON.stringify({ id: asWritable(id), error: explain(error) }), understood: false }
    }
  }
}

function explain(error: unknown): string {
  if (error instanceof QuestionError) return error.message
  if (error instanceof SyntaxError) return `The line is not JSON: ${error.message}`
  // What is nested a million deep exhausts the stack of whoever walks it.
  if (error instanceof RangeError) return "The line is nested too deeply."
  throw error
}

/** An id that is itself too deep to be written is left out. */
const asWritable = (id: unknown): unknown => (typeof id === "object" ? undefined : id)
