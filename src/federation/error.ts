/** Why what another provider signed is not believed. The details are for the decision log: claims, never what was sent. */
export class FederationError<Fault extends string> extends Error {
  readonly fault: Fault
  readonly details: Readonly<Record<string, unknown>>

  constructor(fault: Fault, details: Record<string, unknown> = {}) {
    super(fault)
    this.fault = fault
    this.details = details
  }
}
