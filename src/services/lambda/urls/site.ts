import type { CallContext, Deps } from "../../../call.ts"
import type { Site, SiteHost, Sites } from "../../../site.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { findAlias } from "../aliases/record.ts"
import { functionArn } from "../arns.ts"
import { findFunction } from "../functions/find.ts"
import { descend } from "../invocations/lineage.ts"
import { traceIdOf } from "../invocations/trace.ts"
import { addCrossOrigin, preflightAnswer } from "./cross-origin.ts"
import { forbidden } from "./errors.ts"
import { urlEvent } from "./event.ts"
import { invokeByUrl } from "./invoke.ts"
import { LABEL } from "./operations.ts"
import { INVOKE_BY_URL } from "./rates.ts"
import { type FunctionUrl, findUrl } from "./record.ts"

/** Developer Guide, "Lambda quotas": a synchronous invocation takes 6 MB. */
const BODY_BYTES = 6 * 1024 * 1024

const SIGNED = { name: "lambda", errors: "rest-json" } as const

const unsigned = () =>
  forbidden({ check: "signature of a function URL", expected: "a signature of Version 4 for lambda", found: "none" })

/** The hosts of function URLs: `<url-id>.lambda-url.<region>.<base>`. */
export const sites: Sites = {
  label: LABEL,
  async open(host, _request, deps) {
    const url = await getUrl(host, deps)
    const { cors, authType } = url.body
    return {
      operation: INVOKE_BY_URL,
      rate: `lambda:${INVOKE_BY_URL}`,
      account: url.owner.account,
      region: host.region,
      ...(authType === "AWS_IAM" && { signed: { ...SIGNED, regions: [host.region], missing: unsigned } }),
      bodyBytes: BODY_BYTES,
      preflight: cors && ((request) => preflightAnswer(cors, request)),
      addCrossOrigin: cors && ((response, request) => addCrossOrigin(cors, response, request)),
      handle: (request, context) => handle(url, host, request, context),
    } satisfies Site
  },
}

/** A URL goes with its function, and rests while its alias is not there (recorded 2025-11). */
async function getUrl({ id, region }: SiteHost, { store }: Deps): Promise<FunctionUrl> {
  const url = await findUrl(store, id)
  const record = url && (await findFunction(store, url.owner))
  if (!url || url.owner.region !== region || record?.id !== url.functionId)
    throw forbidden({ check: "which function has the URL", expected: "the URL of a function", found: id })
  if (url.alias !== undefined && !(await findAlias(store, record.id, url.alias)))
    throw forbidden({ check: "which function has the URL", expected: "an alias that is there", found: url.alias })
  return url
}

async function handle(
  url: FunctionUrl,
  host: SiteHost,
  request: HttpRequest & { body: Uint8Array },
  context: CallContext,
): Promise<HttpResponse> {
  await assertMayInvoke(url, context)
  const { caller, requestId, clock } = context
  const { owner, alias, id: urlId } = url
  const now = clock.now()
  // Loops by way of URLs are not among those that AWS stops; what passes through one is counted all the same.
  const { traceId } = descend(traceIdOf(request.headers["x-amzn-trace-id"], now), { id: url.functionId })
  const event = urlEvent(request, {
    urlId,
    domainName: host.name,
    account: owner.account,
    caller,
    requestId,
    traceId,
    now,
  })
  const invocation = {
    requestId,
    invokedFunctionArn: functionArn(owner, alias),
    payload: Buffer.from(JSON.stringify(event)),
    traceId,
  }
  const response = await invokeByUrl(url, invocation, context)
  Object.assign(response.headers, { "x-amzn-requestid": requestId, "x-amzn-trace-id": traceId })
  return response
}

/**
 * Since October 2025 two actions must be allowed, whatever the kind of URL; without a signature a resource policy has to allow
 * everyone (Developer Guide, "Control access to Lambda function URLs").
 */
async function assertMayInvoke({ owner, alias, body: { authType } }: FunctionUrl, context: CallContext): Promise<void> {
  const resource = functionArn(owner, alias)
  for (const [action, keys] of [
    ["lambda:InvokeFunctionUrl", { "lambda:FunctionUrlAuthType": authType, "lambda:FunctionArn": resource }],
    ["lambda:InvokeFunction", { "lambda:InvokedViaFunctionUrl": "true" }],
  ] as const)
    if (!(await context.isAllowed({ action, resource, context: keys }))) throw forbidden()
}
