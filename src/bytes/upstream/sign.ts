import { UNSIGNED_PAYLOAD } from "../../authentication/payload.ts"
import {
  type Signer as AnySigner,
  type SigningCredentials,
  signRequest,
  type Unsigned,
} from "../../authentication/sign-request.ts"

export type UpstreamCredentials = SigningCredentials
export type Signer = Omit<AnySigner, "service">

/**
 * The headers of a request to S3, signed. The body is not in the signature; its checksum is, in a header.
 */
export const signHeaders = (signer: Signer, request: Omit<Unsigned, "payloadHash">): Record<string, string> =>
  signRequest({ ...signer, service: "s3" }, { ...request, payloadHash: UNSIGNED_PAYLOAD })
