import type { CodeDeliveryDetailsType } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { domainsOf } from "../domains/record.ts"
import type { Medium, Prepared } from "../triggers/messages.ts"
import { sendByFunction } from "../triggers/senders.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { dispatch, leaves } from "./dispatch.ts"
import { sendMessage } from "./outbox.ts"
import { escaped, outgoingOf } from "./outgoing.ts"
import { type Occasion, writeMessage } from "./templates.ts"

export type Contact = "email" | "phone_number"

export const MEDIUM: Record<Contact, Medium> = { email: "EMAIL", phone_number: "SMS" }

/** Where a code goes, as an answer tells it. */
export const describeDelivery = (attribute: Contact, value: string): CodeDeliveryDetailsType => ({
  Destination: maskDestination(attribute, value),
  DeliveryMedium: MEDIUM[attribute],
  AttributeName: attribute,
})

/** `a***@e***` and `+*******1234`. Source: CodeDeliveryDetailsType and answers quoted in amplify-js. */
export function maskDestination(attribute: Contact, value: string): string {
  if (attribute === "email") {
    const at = value.lastIndexOf("@")
    return `${[...value][0] ?? ""}***@${[...value.slice(at + 1)][0] ?? ""}***`
  }
  return `+${"*".repeat(Math.max(0, value.length - 5))}${value.slice(-4)}`
}

export interface Delivery {
  attribute: Contact
  value: string
  occasion: Occasion
  code: string
  /** Of CONFIRM_WITH_LINK. */
  clientId?: string
  /** What the pool's functions have made of it. */
  prepared?: Prepared
}

/**
 * Puts a message with a code into the outbox, or has a function send it where the pool has one; one that is not kept is for
 * nobody.
 */
export async function deliver(
  tx: Writing,
  deps: Pick<Deps, "masterKey" | "endpoint" | "work" | "courier">,
  pool: UserPool,
  user: Pick<User, "username">,
  { attribute, value, occasion, code, clientId = "", prepared }: Delivery,
  now: number,
  { isKept = true } = {},
): Promise<CodeDeliveryDetailsType> {
  const medium = MEDIUM[attribute]
  const sender = prepared?.senders[medium]
  if (sender) {
    await sendByFunction(tx, deps, pool, sender, code)
    return describeDelivery(attribute, value)
  }
  const query = new URLSearchParams({ client_id: clientId, user_name: user.username, confirmation_code: code })
  const isLinked = medium === "EMAIL" && clientId !== ""
  const link = isLinked ? `${await pagesOf(tx, deps, pool)}/confirmUser?${query}` : ""
  const fill = { code, username: shownName(pool, user, value), link }
  const write = (filling: typeof fill) => writeMessage(pool, occasion, medium, filling, prepared?.words)
  const { subject, body } = write(fill)
  const message = {
    time: now,
    medium,
    destination: value,
    ...(medium === "EMAIL" && { subject }),
    body,
    code,
    userPoolId: pool.id,
    username: user.username,
  }
  const outgoing = leaves(deps, medium) ? outgoingOf(pool, medium, () => write(escaped(fill)).body) : undefined
  const kept = outgoing ? { ...message, outgoing, delivery: { state: "waiting" as const, attempts: 0 } } : message
  const id = await sendMessage(tx, deps.masterKey, pool.account, kept, { isKept })
  // Of what is not kept there is a job too, which finds nothing: it is as much work.
  if (outgoing) await dispatch(tx, deps, medium, id)
  return describeDelivery(attribute, value)
}

/** Where the pool's domain is whoever reads the mail, else the pool's own path: as whoever reaches the server reaches it. */
async function pagesOf(tx: Reading, { endpoint }: Pick<Deps, "endpoint">, { id }: UserPool): Promise<string> {
  const [domain] = await domainsOf(tx, id)
  return domain ? `${endpoint.url}/_auth/${domain.region}/${domain.domain}` : `${endpoint.url}/${id}`
}

/** People know themselves by what they sign in with. */
const shownName = (pool: UserPool, user: Pick<User, "username">, value: string): string =>
  pool.usernameAttributes ? value : user.username

/** Which attribute of a new user is to be verified: the telephone number where both are. UNVERIFIED order. */
export function contactToVerify(pool: UserPool, attributes: Record<string, string>): Contact | undefined {
  const verified = pool.settings.AutoVerifiedAttributes ?? []
  return (["phone_number", "email"] as const).find((name) => verified.includes(name) && attributes[name])
}

/**
 * Where a code to reset a password goes: the recovery setting's first mechanism that the user has verified. Without the
 * setting the telephone comes first. Source: CreateUserPool, AccountRecoverySetting.
 */
export function contactToRecover(
  pool: UserPool,
  { attributes, mfa }: Pick<User, "attributes" | "mfa">,
): Contact | undefined {
  const mechanisms = pool.settings.AccountRecoverySetting?.RecoveryMechanisms
  const order: Contact[] = mechanisms
    ? [...mechanisms]
        .sort((a, b) => a.Priority! - b.Priority!)
        .flatMap(({ Name }) =>
          Name === "verified_email"
            ? ["email" as const]
            : Name === "verified_phone_number"
              ? ["phone_number" as const]
              : [],
        )
    : ["phone_number", "email"]
  // With the setting, what is the user's second factor already cannot recover the first.
  const isFactor = (name: Contact) => mechanisms && mfa?.enabled.includes(name === "email" ? "EMAIL_OTP" : "SMS_MFA")
  return order.find((name) => attributes[name] && attributes[`${name}_verified`] === "true" && !isFactor(name))
}

export const isAdminOnlyRecovery = ({ settings }: UserPool): boolean =>
  settings.AccountRecoverySetting?.RecoveryMechanisms?.some(({ Name }) => Name === "admin_only") ?? false
