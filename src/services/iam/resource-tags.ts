import type { Store } from "../../store/store.ts"
import { findDevice } from "./mfa/record.ts"
import { findPolicy } from "./policies/record.ts"
import { findOidcProvider } from "./providers/oidc-record.ts"
import { findSamlRecord } from "./providers/saml-record.ts"
import { tagRecord } from "./tags.ts"

/** The tags of a resource that is no identity; undefined where there is none such. */
export async function getTags(
  store: Store,
  type: string,
  arn: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  switch (type) {
    case "policy": {
      const policy = await store.read((tx) => findPolicy(tx, arn))
      return policy && tagRecord(policy.body.tags)
    }
    case "mfa": {
      const device = await store.read((tx) => findDevice(tx, arn))
      return device && tagRecord(device.body.tags)
    }
    case "oidc-provider": {
      const provider = await findOidcProvider(store, arn)
      return provider && tagRecord(provider.tags)
    }
    case "saml-provider": {
      const provider = await store.read((tx) => findSamlRecord(tx, arn))
      return provider && tagRecord(provider.tags)
    }
    default:
      return undefined
  }
}
