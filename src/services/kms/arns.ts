import { formatArn, parseArn } from "../../base/arn.ts"
import { invalidArn, invalidKeyId, wrongRegion } from "./errors.ts"

/** Where a request is at home. */
export interface Home {
  account: string
  region: string
}

export interface KeyAddress extends Home {
  id: string
}

export interface AliasAddress extends Home {
  /** With its beginning: `alias/mail`. */
  name: string
}

/** What the KeyId of a request names. */
export type KeyName = ({ is: "key" } & KeyAddress) | ({ is: "alias" } & AliasAddress)

export const keyArn = ({ account, region, id }: KeyAddress): string =>
  formatArn({ service: "kms", account, region, resource: `key/${id}` })

export const aliasArn = ({ account, region, name }: AliasAddress): string =>
  formatArn({ service: "kms", account, region, resource: name })

const KEY_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const ALIAS_NAME = /^alias\/[a-zA-Z0-9/_-]{1,250}$/

/**
 * A key's id, its ARN, an alias or an alias's ARN.
 *
 * @throws NotFoundException where the text can name nothing of this region
 */
export function parseKeyName(text: string, home: Home): KeyName {
  if (KEY_ID.test(text)) return { is: "key", account: home.account, region: home.region, id: text }
  if (ALIAS_NAME.test(text)) return { is: "alias", account: home.account, region: home.region, name: text }
  if (!text.startsWith("arn:")) throw invalidKeyId(text)
  const name = findKeyName(text)
  if (!name) throw invalidArn(text)
  if (name.region !== home.region) throw wrongRegion(name.region)
  return name
}

/** Of an ARN of a key or an alias; undefined of anything else. */
export function findKeyName(text: string): KeyName | undefined {
  const { service, account = "", region = "", resource = "" } = parseArn(text) ?? {}
  if (service !== "kms" || !/^\d{12}$/.test(account) || !/^[a-z0-9-]{1,64}$/.test(region)) return undefined
  if (ALIAS_NAME.test(resource)) return { is: "alias", account, region, name: resource }
  const id = resource.startsWith("key/") ? resource.slice("key/".length) : ""
  return KEY_ID.test(id) ? { is: "key", account, region, id } : undefined
}

export const nameArn = (name: KeyName): string => (name.is === "key" ? keyArn(name) : aliasArn(name))
