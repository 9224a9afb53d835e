import type { CallContext } from "../../../call.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"

/** What the triggers of one request know of it. */
export interface Occasion {
  deps: Pick<CallContext, "peers" | "request">
  pool: UserPool
  /** Undefined in operations that have no client. */
  clientId: string | undefined
  /** Of the request, where the operation hands it on to the trigger. */
  clientMetadata?: Readonly<Record<string, string>> | undefined
}

/** What an event is about. */
export interface About {
  /** `PreSignUp_SignUp` */
  source: string
  userName: string
  request: Readonly<Record<string, unknown>>
}

/** The event as every trigger gets it. Source: "Customizing user pool workflows with Lambda triggers", common parameters. */
export const createEvent = (
  { deps, pool, clientId }: Occasion,
  { source, userName, request }: About,
  version = "1",
): Record<string, unknown> => ({
  version,
  triggerSource: source,
  region: pool.region,
  userPoolId: pool.id,
  userName,
  callerContext: {
    awsSdkVersion: sdkVersionOf(deps.request.headers),
    // Recorded in events of AdminCreateUser.
    clientId: clientId ?? "CLIENT_ID_NOT_APPLICABLE",
  },
  request,
})

/** `aws-sdk-js-3.1169.0`, of who names an AWS SDK. Browsers name it in a header of its own. */
function sdkVersionOf(headers: CallContext["request"]["headers"]): string {
  for (const name of ["x-amz-user-agent", "user-agent"]) {
    const [, language, version] = /\baws-sdk-([a-z0-9-]{1,32})\/([\w.+-]{1,64})/.exec(String(headers[name] ?? "")) ?? []
    if (language !== undefined) return `aws-sdk-${language}-${version}`
  }
  return "aws-sdk-unknown-unknown"
}

/** A member of the event's request that is absent where nothing was sent. */
export const clientMetadataOf = ({ clientMetadata }: Pick<Occasion, "clientMetadata">) =>
  clientMetadata === undefined ? {} : { clientMetadata }

const ALIASES = { email: "cognito:email_alias", phone_number: "cognito:phone_number_alias" } as const

/** `userAttributes` of whoever is a user already. */
export function attributesOf(
  pool: UserPool,
  user: Pick<User, "sub" | "status" | "attributes">,
): Record<string, string> {
  const attributes: Record<string, string> = { sub: user.sub }
  for (const name of ["email", "phone_number"] as const)
    if (pool.aliasAttributes?.includes(name) && user.attributes[`${name}_verified`] === "true")
      attributes[ALIASES[name]] = user.attributes[name]!
  return { ...attributes, "cognito:user_status": user.status, ...user.attributes }
}
