import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import { findFunction } from "./functions/find.ts"
import type { FunctionRecord } from "./functions/record.ts"

/** The owner and the tags of what an ARN of Lambda's names. */
export async function resourceFacts(arn: string, _action: string, deps: Deps): Promise<ResourceFacts | undefined> {
  const { service, account, region, resource } = parseArn(arn) ?? {}
  if (service !== "lambda" || !account || !region || !resource) return undefined
  const [kind, name, qualifier] = resource.split(":")
  if (kind === "function" && name)
    return functionFacts(await findFunction(deps.store, { account, region, name }), account, qualifier)
  return { account }
}

/** A function that is not there belongs to the account that its ARN names, so that strangers learn nothing of it. */
function functionFacts(
  found: FunctionRecord | undefined,
  account: string,
  _qualifier: string | undefined,
): ResourceFacts {
  // The policy of the function, or of the version or alias that the ARN is qualified by, belongs here.
  return found ? { account, tags: found.body.tags } : { account }
}
