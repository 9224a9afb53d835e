import { FederationError } from "../error.ts"

/** What went wrong between a provider and us. */
export type ProviderFault =
  /** It sent the browser back with an error: `{ error, description }`. */
  | "refused"
  /** The answer is another provider's: `iss`. */
  | "mixed up"
  /** The browser came back without a code. */
  | "no code"
  /** Its token endpoint refused: `{ status, error, description }`. */
  | "token refused"
  | "token unreachable"
  /** `{ why }`; where the issuer is another, `{ issuer }` too. */
  | "token invalid"
  | "keys unreachable"
  | "profile refused"
  | "profile unreachable"
  | "profile invalid"

export class ProviderError extends FederationError<ProviderFault> {
  override name = "ProviderError"
}

/** Whatever does not throw a ProviderError throws one of this fault. */
export async function blaming<T>(fault: ProviderFault, unreachable: ProviderFault, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProviderError) throw error
    if (!(error instanceof Error)) throw error
    const isUnreachable = error.name === "UnreachableError"
    throw new ProviderError(isUnreachable ? unreachable : fault, { why: error.message })
  }
}
