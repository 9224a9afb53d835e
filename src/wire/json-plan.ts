import { memoized } from "./recursion.ts"
import { membersOf, type Shape, valueShape } from "./schema.ts"

/** What a JSON value of a shape may hold, as far as it must be known to pass over what the shape does not know. */
export type JsonPlan =
  | StructurePlan
  | { readonly kind: "elements"; readonly element: () => JsonPlan }
  | BlobPlan
  | AnyPlan

interface StructurePlan {
  readonly kind: "structure"
  /** By their names on the wire. */
  readonly members: ReadonlyMap<string, () => JsonPlan>
}

/** Base64. */
interface BlobPlan {
  readonly kind: "blob"
}

/** A scalar, or a document that may hold anything. */
interface AnyPlan {
  readonly kind: "any"
}

const ANY: AnyPlan = { kind: "any" }
const BLOB: BlobPlan = { kind: "blob" }

/** The plan of a shape. Members are functions because shapes refer to themselves. */
export function jsonPlan(jsonNames: boolean): (shape: Shape) => () => JsonPlan {
  const memo = memoized<() => JsonPlan>()
  const plan = (shape: Shape): (() => JsonPlan) => {
    switch (shape.kind) {
      case "structure":
      case "union":
        return memo(shape.identity, () => {
          const members = new Map(
            membersOf(shape).map((member) => [
              (jsonNames && member.member.jsonName) || member.memberName,
              plan(member),
            ]),
          )
          const made: JsonPlan = { kind: "structure", members }
          return () => made
        })
      case "list":
      case "map": {
        const made: JsonPlan = { kind: "elements", element: plan(valueShape(shape)) }
        return () => made
      }
      case "blob":
        return () => BLOB
      default:
        return () => ANY
    }
  }
  return plan
}
