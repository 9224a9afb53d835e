import type { SignedCaller } from "../../authentication/caller.ts"
import { federatedMayNotCall, sessionMayNotCall } from "./errors.ts"

/**
 * Credentials of `GetSessionToken` assume roles and ask who they are, those of `GetFederationToken` only the latter;
 * sessions of roles get no other kind of session. Source: IAM User Guide, "Compare AWS STS credentials".
 */
export function assertAdmitted(caller: SignedCaller, operation: string): void {
  if (operation === "GetCallerIdentity") return
  if (caller.kind === "federated-user") throw federatedMayNotCall(operation)
  const isLongTerm = (caller.kind === "user" || caller.kind === "root") && caller.session === undefined
  if (isLongTerm || operation === "AssumeRole") return
  const needsLongTerm = operation === "GetSessionToken" || operation === "GetFederationToken"
  if (caller.kind !== "role-session" || needsLongTerm) throw sessionMayNotCall(operation)
}
