import { GetSessionTokenCommand } from "@aws-sdk/client-sts"
import type { Caller, RootCaller, UserCaller } from "../../authentication/caller.ts"
import type { IssuingPrincipal } from "../../authentication/session-record.ts"
import { issueSessionCredentials } from "../../authentication/session-token.ts"
import { operation } from "../../operation.ts"
import { sessionMayNotCall } from "./errors.ts"
import { multiFactorAuthentication } from "./mfa.ts"

/** API Reference: 12 hours by default; for the root user one hour at most. */
const DEFAULT_SECONDS = 12 * 60 * 60
const ROOT_SECONDS = 60 * 60

/** Only a user or the root, by their long-term keys, may ask. */
export function assertLongTerm(caller: Caller, operationName: string): asserts caller is RootCaller | UserCaller {
  const isLongTerm = (caller.kind === "root" || caller.kind === "user") && caller.session === undefined
  if (!isLongTerm) throw sessionMayNotCall(operationName)
}

export const issuerOf = (caller: RootCaller | UserCaller): IssuingPrincipal =>
  caller.kind === "root"
    ? { kind: "root" }
    : { kind: "user", arn: caller.arn, userId: caller.userId, userName: caller.userName, path: caller.path }

export const durationOf = (requested: number | undefined, caller: RootCaller | UserCaller): number =>
  caller.kind === "root" ? Math.min(requested ?? ROOT_SECONDS, ROOT_SECONDS) : (requested ?? DEFAULT_SECONDS)

/** Needs no permission (API Reference, "Permissions"). */
export const GetSessionToken = operation(GetSessionTokenCommand, {
  access: "anyPrincipal",
  async handle(input, context) {
    const { caller, masterKey, clock } = context
    assertLongTerm(caller, "GetSessionToken")
    const multiFactorAuthenticatedAt = await multiFactorAuthentication(context, caller, input)
    const session = {
      kind: "session-user" as const,
      account: caller.account,
      issuer: issuerOf(caller),
      ...(multiFactorAuthenticatedAt !== undefined && { multiFactorAuthenticatedAt }),
    }
    return {
      Credentials: issueSessionCredentials(masterKey, session, durationOf(input.DurationSeconds, caller), clock),
    }
  },
})
