import type { User } from "../users/record.ts"
import { attributesOf, clientMetadataOf, type Occasion } from "./event.ts"
import { runTrigger } from "./run.ts"

/** PostConfirmation: told of who is confirmed. What it refuses stays done, and the caller hears of it. UNVERIFIED. */
export async function tellPostConfirmation(
  occasion: Occasion,
  source: "PostConfirmation_ConfirmSignUp" | "PostConfirmation_ConfirmForgotPassword",
  user: User,
): Promise<void> {
  await runTrigger(occasion, "PostConfirmation", {
    source,
    userName: user.username,
    request: { userAttributes: attributesOf(occasion.pool, user), ...clientMetadataOf(occasion) },
  })
}
