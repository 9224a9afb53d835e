import type { SignedCaller } from "../../authentication/caller.ts"
import { sessionNotAdmitted } from "./errors.ts"

/**
 * Federated users call nothing of IAM, and credentials of `GetSessionToken` only where a second factor was proved with
 * them. Source: IAM User Guide, "Compare AWS STS credentials".
 */
export function assertAdmitted(caller: SignedCaller): void {
  if (caller.kind === "federated-user") throw sessionNotAdmitted("a federated user")
  const isOfSessionToken = caller.kind === "user" || caller.kind === "root"
  if (isOfSessionToken && caller.session && caller.session.multiFactorAuthenticatedAt === undefined)
    throw sessionNotAdmitted("a session without a second factor")
}
