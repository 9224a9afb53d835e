import type { Caller } from "../authentication/caller.ts"
import type { ErrorFamily } from "../authentication/refusals.ts"
import { type Decision, formatRefusal, type Request } from "../policy/index.ts"
import type { Service } from "../service.ts"
import { WireError } from "../wire/errors.ts"
import type { Requirement } from "./requirement.ts"

/** Source: recorded answers of each service (facts of wire, item 2). */
const REFUSALS: Readonly<Record<ErrorFamily, { code: string; status: number }>> = {
  json: { code: "AccessDeniedException", status: 400 },
  "rest-json": { code: "AccessDeniedException", status: 403 },
  query: { code: "AccessDenied", status: 403 },
  s3: { code: "AccessDenied", status: 403 },
}

/** The service's own AccessDenied, in AWS's words. */
export function refusal(
  service: Service,
  caller: Caller,
  request: Omit<Request, "context">,
  decision: Decision,
  { refusedAs, strangersAreTold, resource }: Pick<Requirement, "refusedAs" | "strangersAreTold" | "resource">,
): WireError {
  const { code, status } = REFUSALS[service.errors]
  const style = service.refusal ?? {}
  const isStranger = caller.kind === "anonymous" || caller.account !== request.resourceAccount
  if (style.isBareForStrangers && isStranger) return new WireError(code, "Access Denied", { status })
  if (strangersAreTold !== undefined && isStranger) return new WireError(code, strangersAreTold, { status })
  const message = formatRefusal({
    principalArn: caller.kind === "anonymous" ? "anonymous" : caller.arn,
    action: request.action,
    // What a name stands for is not for other accounts either.
    resource: refusedAs ?? (isStranger && style.reasonForStrangers ? resource : request.resource),
    decision,
    quoteResource: style.quotesResource ?? false,
    omitResource: style.withoutResource?.includes(request.action) ?? false,
    // Which policy it was is not for other accounts.
    policyArnSuffix: !isStranger,
    ...(isStranger && style.reasonForStrangers && { resourceReason: style.reasonForStrangers }),
  })
  return new WireError(code, message, { status })
}
