import { type MasterKey, open } from "../../../base/master-key.ts"
import type { Scope } from "../../../operation.ts"
import type { Reading, Store } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import { ownerOf, scopeOf } from "../owners.ts"
import { isId } from "../rest-apis/record.ts"
import type { Texts } from "../snapshot.ts"

/** A certificate that API Gateway shows to backends. */
export interface ClientCertificate {
  description?: string
  pemEncodedCertificate: string
  /** Base64 of the sealed private key, PKCS #8 in DER. */
  sealedKey: string
  tags?: Texts
  /** Milliseconds since the epoch. */
  createdAt: number
  expiresAt: number
}

export const KEY_PURPOSE = "apigateway.client-certificate"

const KIND = "apigateway.client-certificate"

/** Of an account in a region, by their ids. */
export const clientCertificates = collection<ClientCertificate>("client-certificate", {
  cache: { kind: KIND, key: (owner, id) => `${owner}/${id}` },
})

function load(tx: Reading, key: string): Promise<ClientCertificate | undefined> {
  const at = key.lastIndexOf("/")
  return clientCertificates.read(tx, ownerOf(scopeOf(key.slice(0, at))), key.slice(at + 1))
}

/** What a stage's certificate proves itself with to a backend: a certificate in PEM, and its private key, PKCS #8 in DER. */
export async function findClientCertificate(
  { store, masterKey }: { store: Store; masterKey: MasterKey },
  scope: Scope,
  id: string,
): Promise<{ certificate: string; privateKey: Buffer } | undefined> {
  const found = isId(id) ? await store.cache(KIND, load).find(`${ownerOf(scope)}/${id}`) : undefined
  if (!found) return undefined
  const privateKey = open(masterKey, KEY_PURPOSE, Buffer.from(found.sealedKey, "base64"))
  return { certificate: found.pemEncodedCertificate, privateKey }
}
