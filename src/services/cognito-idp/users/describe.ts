import type { AttributeType, UserType } from "@aws-sdk/client-cognito-identity-provider"
import type { User } from "./record.ts"

/** The attributes of a user in the form of an answer, `sub` first. */
export const listAttributes = (user: User, isShown: (name: string) => boolean = () => true): AttributeType[] =>
  [["sub", user.sub] as const, ...Object.entries(user.attributes)]
    .filter(([name]) => isShown(name))
    .map(([Name, Value]) => ({ Name, Value }))

/** A user as AdminCreateUser and the lists answer it. */
export const describeUser = (user: User, isShown?: (name: string) => boolean): UserType => ({
  Username: user.username,
  Attributes: listAttributes(user, isShown),
  UserCreateDate: new Date(user.createdAt),
  UserLastModifiedDate: new Date(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: user.status,
})

/** The second factors of a user, as AdminGetUser and GetUser answer them. */
export const describeMfa = ({ mfa }: User) => ({
  ...(mfa?.preferred && { PreferredMfaSetting: mfa.preferred }),
  ...(mfa?.enabled.length && {
    // UNVERIFIED: how the list calls a passkey that counts as both factors.
    UserMFASettingList: mfa.passkey ? [...mfa.enabled, "WEB_AUTHN"] : mfa.enabled,
  }),
})
