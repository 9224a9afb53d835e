import * as client from "@aws-sdk/client-s3"
import type { Service } from "../../service.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import { crossOrigin } from "./cors/cross-origin.ts"
import { work } from "./data/drop.ts"
import { findForm } from "./forms/upload.ts"
import { opensObjects } from "./objects/open.ts"
import { operations } from "./operations.ts"
import { requestContext } from "./request-context.ts"
import { resourceFacts } from "./resource-facts.ts"
import { migrations } from "./tables.ts"

/** Amazon S3: buckets, objects and what guards them. */
export const service: Service = {
  name: "s3",
  protocol: "restXml",
  errors: "s3",
  refusal: { quotesResource: true, isBareForStrangers: true, withoutResource: ["s3:ListAllMyBuckets"] },
  anonymous: true,
  client,
  operations,
  constraints,
  bodyLimits,
  migrations,
  requestContext,
  resourceFacts,
  crossOrigin,
  findForm,
  opensObjects,
  work,
}
