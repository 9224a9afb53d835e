import type { Reading, Store, Writing } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import { scopeOf } from "../owners.ts"
import type { Domain, DomainMapping } from "../settings.ts"
import type { Texts } from "../snapshot.ts"

/** A custom domain name, of REST, HTTP and WebSocket APIs alike: both models show it, each in its own way. */
export interface DomainName {
  certificateArn?: string
  certificateName?: string
  /** Milliseconds since the epoch. */
  certificateUploadedAt?: number
  regionalCertificateArn?: string
  regionalCertificateName?: string
  endpointTypes: readonly string[]
  ipAddressType: string
  /** Of the targets that AWS's DNS would name. */
  targetLabel: string
  securityPolicy: string
  endpointAccessMode?: string
  mutualTlsAuthentication?: { truststoreUri: string; truststoreVersion?: string }
  ownershipVerificationCertificateArn?: string
  routingMode?: string
  tags?: Texts
}

const KIND = "apigateway.domain"

/** Of an account in a region, by the names, which are unique among all. */
export const domainNames = collection<DomainName>("domain-name", { kind: KIND, key: (_, name) => name })

/** Of a domain name, by ids; a domain has 200 at most. */
export interface StoredMapping extends DomainMapping {
  id: string
}
const mappings = collection<StoredMapping>("domain-mapping", { kind: KIND, key: (name) => name })

export const MOST_MAPPINGS = 200

export const allMappings = async (tx: Reading, domainName: string): Promise<StoredMapping[]> =>
  (await mappings.all(tx, domainName)).map(({ record }) => record)
export const putMapping = (tx: Writing, domainName: string, mapping: StoredMapping): Promise<void> =>
  mappings.put(tx, domainName, mapping.id, mapping)
export const removeMapping = (tx: Writing, domainName: string, id: string): Promise<boolean> =>
  mappings.remove(tx, domainName, id)

async function load(tx: Reading, domainName: string): Promise<Domain | undefined> {
  const found = await domainNames.readAnywhere(tx, domainName)
  return found && { domainName, ...scopeOf(found.owner), mappings: await allMappings(tx, domainName) }
}

/** The domain that a host is; undefined where nobody has it. The name is in lower case. At once where it is in memory. */
export const findDomain = (store: Store, domainName: string): Domain | undefined | Promise<Domain | undefined> =>
  /^[a-z0-9.-]{1,255}$/.test(domainName) ? store.cache(KIND, load).find(domainName) : undefined
