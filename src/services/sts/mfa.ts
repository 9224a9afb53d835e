import { halfMfa, unknownMfaDevice } from "./errors.ts"

/** There are no MFA devices to ask, so no code is right. */
export function assertNoMfa({ SerialNumber, TokenCode }: { SerialNumber?: string; TokenCode?: string }): void {
  if (SerialNumber === undefined && TokenCode === undefined) return
  throw SerialNumber === undefined || TokenCode === undefined ? halfMfa() : unknownMfaDevice()
}
