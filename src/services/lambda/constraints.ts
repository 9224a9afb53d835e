import type { Constraint, Constraints } from "../../wire/constraints/model.ts"
import generated from "./constraints.json" with { type: "json" }
import { RUNTIMES } from "./functions/runtimes.ts"

// What is checked as recorded (2025-11 to 2026-01) where AWS's published model says something else.

/** A region, which may be one of the European sovereign cloud. */
const REGION = "[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}"

const structures = JSON.parse(
  JSON.stringify(generated.structures).replaceAll(
    JSON.stringify(REGION).slice(1, -1),
    `(eusc-)?${JSON.stringify(REGION).slice(1, -1)}`,
  ),
) as Record<string, Record<string, Constraint>>

const LAYER_VERSIONS: Constraint = {
  max: 2048,
  min: 1,
  pattern: `(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?${REGION}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)`,
}

for (const input of ["CreateFunctionRequest", "UpdateFunctionConfigurationRequest"]) {
  const members = structures[input]!
  // Lambda's own words, which are the handlers'.
  delete members.Runtime
  members.Timeout = { ...members.Timeout, max: 900 }
  members.Layers = { ...members.Layers, member: LAYER_VERSIONS }
}

for (const input of ["TagResourceRequest", "UntagResourceRequest", "ListTagsRequest"]) {
  const { Resource } = structures[input]!
  if (Resource?.pattern)
    Resource.pattern = Resource.pattern.replace("|code-signing", "|layer:([a-zA-Z0-9-_]+)|code-signing")
}

/** Recorded 2026-01: the runtimes are told of first, and all of them are held against what is still taken. */
const { CompatibleArchitectures, CompatibleRuntimes, ...published } = structures.PublishLayerVersionRequest!
structures.PublishLayerVersionRequest = {
  ...published,
  CompatibleRuntimes: { min: CompatibleRuntimes!.min!, max: CompatibleRuntimes!.max!, enum: RUNTIMES, isOrdered: true },
  CompatibleArchitectures: CompatibleArchitectures!,
}

/** Lambda tells of elements of lists and values of maps that they must not be null. */
function tellNotNull(constraint: Constraint): void {
  for (const element of [constraint.member, constraint.value]) {
    if (!element || element.structure) continue
    element.required = true
    tellNotNull(element)
  }
}
for (const members of Object.values(structures)) for (const member of Object.values(members)) tellNotNull(member)

const weights = structures.AliasRoutingConfiguration!.AdditionalVersionWeights!.value!
weights.isDouble = true

export const constraints: Constraints = { ...generated, structures }
