import { collection } from "../collection.ts"
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

/** Of an account in a region, by their ids. */
export const clientCertificates = collection<ClientCertificate>("client-certificate")
