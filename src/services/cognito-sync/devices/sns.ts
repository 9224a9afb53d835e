import { createHash } from "node:crypto"
import type { PushSync } from "@aws-sdk/client-cognito-sync"
import { signRequest } from "../../../authentication/sign-request.ts"
import { UnreachableError } from "../../../base/outgoing.ts"
import type { Deps } from "../../../call.ts"
import { findRole } from "../../iam/service.ts"
import { assumeRoleAsService } from "../../sts/service.ts"
import { invalidConfiguration } from "../errors.ts"
import { roleOfPool, senderFor } from "../pools/role.ts"

/** SNS API reference: the version that all of its requests name. */
const VERSION = "2010-03-31"
const SESSION_SECONDS = 15 * 60

export type SnsDeps = Pick<Deps, "store" | "clock" | "masterKey" | "outgoing" | "serviceEndpoints">

/** What came of asking SNS; `status` is 0 where it was not reached. */
export interface SnsAnswer {
  status: number
  text: string
}

/** Whether the operator has named an SNS: without one nothing is pushed. */
export const hasSns = ({ serviceEndpoints }: Pick<Deps, "serviceEndpoints">): boolean =>
  serviceEndpoints.sns !== undefined

/** Asks SNS as the role of a pool; it decides by itself. */
export async function askSns(
  deps: SnsDeps,
  { poolId, roleArn }: { poolId: string; roleArn: string },
  parameters: Readonly<Record<string, string>>,
): Promise<SnsAnswer> {
  const { sessionName, region } = roleOfPool(poolId, roleArn)
  const account = roleArn.split(":")[4] ?? ""
  const role = await findRole(deps, roleArn)
  const service = senderFor(region, account, poolId)
  const session =
    role && (await assumeRoleAsService(deps, { role, service, sessionName, durationSeconds: SESSION_SECONDS }))
  if (!session) return { status: 403, text: `Cognito Sync cannot assume the role ${roleArn}.` }
  const url = `${deps.serviceEndpoints.sns}/`
  const { host, pathname: path } = new URL(url)
  const body = new URLSearchParams({ Version: VERSION, ...parameters }).toString()
  const credentials = {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.SessionToken,
  }
  const { host: _, ...headers } = signRequest(
    { service: "sns", region, credentials, clock: deps.clock },
    {
      method: "POST",
      path,
      query: "",
      headers: { host, "content-type": "application/x-www-form-urlencoded" },
      payloadHash: createHash("sha256").update(body).digest("hex"),
    },
  )
  return deps.outgoing(url, { method: "POST", headers, body }).catch((error: unknown) => {
    if (error instanceof UnreachableError) return { status: 0, text: error.message }
    throw error
  })
}

/** Has SNS make an endpoint of a device's token: the same one each time. Undefined where there is no SNS. */
export async function createEndpoint(
  deps: SnsDeps,
  { poolId, push, application, token }: { poolId: string; push: PushSync; application: string; token: string },
): Promise<string | undefined> {
  if (!hasSns(deps)) return undefined
  const parameters = { Action: "CreatePlatformEndpoint", PlatformApplicationArn: application, Token: token }
  const { status, text } = await askSns(deps, { poolId, roleArn: push.RoleArn! }, parameters)
  const arn = /<EndpointArn>([^<]{1,2048})<\/EndpointArn>/.exec(text)?.[1]
  if (status === 200 && arn !== undefined) return arn
  throw invalidConfiguration("The device could not be registered with Amazon SNS.", {
    check: "CreatePlatformEndpoint of SNS",
    found: { status, says: text.slice(0, 500) },
    application,
  })
}
