import type { Operation } from "../../../../operation.ts"
import { compileConstraints } from "../../../../wire/constraints/compile.ts"
import { ConfirmSignUp, ResendConfirmationCode } from "../../accounts/confirm-sign-up.ts"
import { ConfirmForgotPassword, ForgotPassword } from "../../accounts/forgotten-password.ts"
import { SignUp } from "../../accounts/sign-up.ts"
import { AssociateSoftwareToken, VerifySoftwareToken } from "../../accounts/software-token.ts"
import type { AppClient } from "../../app-clients/record.ts"
import { findSecret } from "../../app-clients/secrets.ts"
import constraints from "../../constraints.json" with { type: "json" }
import { invalidParameter } from "../../errors.ts"
import { secretHash } from "../../sign-in/secret-hash.ts"
import type { Hosted } from "../hosted.ts"

/**
 * An operation of the API, held against the limits of its model, as a page calls it for the person at the browser. It is one
 * that anybody may call: there is no access that the page would go round.
 */
function forPages<I extends object, O>({ name, access, handle }: Operation<I, O>) {
  if (access !== "public" && access !== "accessToken") throw new TypeError(`${name} is not for everybody.`)
  const violationsOf = compileConstraints(constraints, name)
  return async ({ deps }: Hosted, input: I): Promise<O> => {
    const violations = violationsOf(input)
    if (violations !== undefined) throw invalidParameter(violations)
    return handle(input, deps)
  }
}

export const signUp = forPages(SignUp)
export const confirmSignUp = forPages(ConfirmSignUp)
export const resendConfirmationCode = forPages(ResendConfirmationCode)
export const forgotPassword = forPages(ForgotPassword)
export const confirmForgotPassword = forPages(ConfirmForgotPassword)
export const associateSoftwareToken = forPages(AssociateSoftwareToken)
export const verifySoftwareToken = forPages(VerifySoftwareToken)

/** The pages speak for the client: who they call and by which name, and the proof that it is the client. */
export function byClient({ deps }: Hosted, client: AppClient, username: string) {
  const secret = findSecret(deps.masterKey, client)
  return {
    ClientId: client.id,
    Username: username,
    ...(secret !== undefined && { SecretHash: secretHash(secret, username, client.id) }),
  }
}
