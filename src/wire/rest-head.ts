import type { WireOptions } from "./options.ts"
import { assertPresent } from "./rest-request.ts"
import { type Member, membersOf, type Shape } from "./schema.ts"
import { headerEncoder } from "./text-values.ts"

type Input = Readonly<Record<string, unknown>>
type HeaderWriter = (input: Input, headers: Record<string, string>) => void

/**
 * The headers that a client would send with an input, in lower case: handlers look at some of them as they came. Throws what
 * a decoder throws of members that are missing.
 */
export function headWriter(shape: Shape, options: WireOptions): (input: Input) => Record<string, string> {
  const members = membersOf(shape)
  const required = options.s3 ? members.filter((member) => member.required) : []
  const writers = members.flatMap((member) => writerOf(member) ?? [])
  return (input) => {
    for (const member of required) assertPresent(member, input)
    const headers: Record<string, string> = {}
    for (const write of writers) write(input, headers)
    return headers
  }
}

function writerOf(member: Member): HeaderWriter | undefined {
  const { memberName } = member
  const { httpHeader, httpPrefixHeaders } = member.member
  if (httpHeader !== undefined) {
    const name = httpHeader.toLowerCase()
    const encode = headerEncoder(member, false)
    return (input, headers) => {
      const value = input[memberName]
      if (value !== undefined && value !== null) headers[name] = encode(value)
    }
  }
  if (httpPrefixHeaders === undefined) return undefined
  return (input, headers) => {
    for (const [name, value] of Object.entries((input[memberName] ?? {}) as Record<string, string>))
      headers[`${httpPrefixHeaders}${name}`.toLowerCase()] = value
  }
}
