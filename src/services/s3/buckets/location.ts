import { WireError } from "../../../wire/errors.ts"
import constraints from "../constraints.json" with { type: "json" }

const known = new Set<string>(constraints.structures.CreateBucketConfiguration.LocationConstraint.enum)

/**
 * The region of a new bucket. The endpoint of us-east-1 is the global one, which makes buckets anywhere; that of any
 * other region makes them at home alone. Texts recorded.
 */
export function regionOfNewBucket(constraint: string | undefined, endpointRegion: string): string {
  if (endpointRegion === "us-east-1") {
    if (constraint === undefined || constraint === "") return endpointRegion
    if (!known.has(constraint)) throw invalidLocationConstraint(constraint)
    return constraint === "EU" ? "eu-west-1" : constraint
  }
  if (constraint === endpointRegion) return endpointRegion
  if (constraint === "EU" && endpointRegion === "eu-west-1") return endpointRegion
  throw new WireError(
    "IllegalLocationConstraintException",
    `The ${constraint || "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )
}

const invalidLocationConstraint = (LocationConstraint: string) =>
  new WireError("InvalidLocationConstraint", "The specified location-constraint is not valid", {
    members: { LocationConstraint },
  })

/** Every region that a bucket may be in; us-east-1 is no location constraint. */
export const isRegion = (region: string): boolean => region === "us-east-1" || (region !== "EU" && known.has(region))
