import type { WireError } from "../../wire/errors.ts"
import { badRequest } from "./errors.ts"
import type { Patched, Rule } from "./patch.ts"

// The rules that many resources have.

/** A text that is replaced. An empty one, or none, takes it away. */
export const replaceText = <D extends object>(
  path: string,
  member: keyof D & string,
  check: (value: string) => void = () => {},
): Rule<D> => ({
  path,
  ops: ["replace"],
  apply(draft, { value }) {
    const members = draft as Record<string, unknown>
    if (value === undefined || value === "") delete members[member]
    else {
      check(value)
      members[member] = value
    }
  },
})

/** A text that must be there. */
export const replaceNeeded = <D extends object>(
  path: string,
  member: keyof D & string,
  missing: () => WireError,
): Rule<D> => ({
  path,
  ops: ["replace"],
  apply(draft, { value }) {
    if (value === undefined || value.trim() === "") throw missing()
    ;(draft as Record<string, unknown>)[member] = value
  },
})

/** What the value makes of some members. */
export const replaceWith = <D extends object>(
  path: string,
  make: (value: string | undefined) => Partial<D>,
): Rule<D> => ({
  path,
  ops: ["replace"],
  apply(draft, { value }) {
    Object.assign(draft, make(value))
  },
})

export const removable = <D extends object>(path: string, member: keyof D & string): Rule<D> => ({
  path,
  ops: ["remove"],
  apply(draft) {
    delete (draft as Record<string, unknown>)[member]
  },
})

export const replaceBoolean = <D extends object>(path: string, member: keyof D & string): Rule<D> => ({
  path,
  ops: ["replace"],
  apply(draft, patched) {
    ;(draft as Record<string, unknown>)[member] = booleanOf(patched)
  },
})

/** Entries of a map: `/variables/{name}`. The map is there as long as something is in it. */
export function entries<D extends object, V>(
  path: string,
  member: keyof D & string,
  {
    read,
    missing,
  }: {
    read(patched: Patched): V
    /** What is said of an entry that is not there and is to go; left out, nothing is. */
    missing?: () => WireError
  },
): Rule<D> {
  return {
    path,
    ops: ["add", "remove", "replace"],
    apply(draft, patched) {
      const members = draft as Record<string, Record<string, V> | undefined>
      const name = patched.names.at(-1)!
      const map = new Map(Object.entries(members[member] ?? {}))
      if (patched.op === "remove") {
        if (!map.delete(name) && missing) throw missing()
      } else {
        if (patched.op === "replace" && missing && !map.has(name)) throw missing()
        map.set(name, read(patched))
      }
      if (map.size === 0) delete members[member]
      else members[member] = Object.fromEntries(map)
    },
  }
}

export const textOf = ({ value }: Patched): string => value ?? ""

/** UNVERIFIED text. */
export function booleanOf({ path, value = "" }: Patched): boolean {
  if (!/^(true|false)$/i.test(value))
    throw badRequest(`Invalid value specified for path ${path}: must be true or false`)
  return value.toLowerCase() === "true"
}

/** UNVERIFIED text. */
export function numberOf({ path, value = "" }: Patched): number {
  if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(value))
    throw badRequest(`Invalid value specified for path ${path}: must be a number`)
  return Number(value)
}

/** UNVERIFIED text. */
export function integerOf(patched: Patched): number {
  const number = numberOf(patched)
  if (!Number.isInteger(number))
    throw badRequest(`Invalid value specified for path ${patched.path}: must be an integer`)
  return number
}
