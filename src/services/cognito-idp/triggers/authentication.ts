import type { Person } from "../users/person.ts"
import type { User } from "../users/record.ts"
import { attributesOf, clientMetadataOf, type Occasion } from "./event.ts"
import { runTrigger } from "./run.ts"

/**
 * PreAuthentication: may refuse who is about to sign in. Where the client hides who is a user it is asked about nobody, too,
 * and told so. Source: "Pre authentication Lambda trigger".
 */
export async function askPreAuthentication(
  occasion: Occasion,
  { username, user }: Person,
  validationData: Readonly<Record<string, string>> | undefined,
  hidesExistence: boolean,
): Promise<void> {
  await runTrigger(occasion, "PreAuthentication", () => ({
    source: "PreAuthentication_Authentication",
    userName: username,
    request: {
      userAttributes: user ? attributesOf(occasion.pool, user) : {},
      validationData: validationData ?? null,
      ...(hidesExistence && { userNotFound: user === undefined }),
    },
  }))
}

/**
 * PostAuthentication: may refuse who has proved who they are, before there are tokens. `newDeviceUsed` is told where the pool
 * remembers devices. Source: "Post authentication Lambda trigger".
 */
export async function askPostAuthentication(
  occasion: Occasion,
  user: User,
  newDeviceUsed: boolean | undefined,
): Promise<void> {
  await runTrigger(occasion, "PostAuthentication", () => ({
    source: "PostAuthentication_Authentication",
    userName: user.username,
    request: {
      userAttributes: attributesOf(occasion.pool, user),
      ...(newDeviceUsed !== undefined && { newDeviceUsed }),
      ...clientMetadataOf(occasion),
    },
  }))
}
