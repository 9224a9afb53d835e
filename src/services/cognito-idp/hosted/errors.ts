import type { HttpResponse } from "../../../wire/http.ts"

/** Where a refusal is told. */
export type Place =
  /** The domain's own error page: nobody is known who might be told. */
  | { is: "page"; clientId?: string | undefined }
  /** The application, at a callback that is registered. */
  | { is: "callback"; redirectUri: string; state: string | undefined; inFragment: boolean }
  /** The program that asked. */
  | { is: "json"; status: number; headers?: HttpResponse["headers"] }

/** What a check found, for `hallpass explain`: no secrets. */
export interface Because {
  check: string
  expected?: unknown
  found?: unknown
}

/** A refusal in the terms of OAuth 2.0: `error`, `error_description` and the place where it is told. */
export class HostedError extends Error {
  readonly error: string
  readonly description: string | undefined
  readonly place: Place
  readonly because: Because | undefined

  constructor(place: Place, error: string, description?: string, because?: Because) {
    super(description ?? error)
    this.name = "HostedError"
    this.error = error
    this.description = description
    this.place = place
    this.because = because
  }
}

/** One that stays on the domain: the browser goes to `/error?error=...&client_id=...`. */
export const staysHere = (error: string, clientId?: string, because?: Because): HostedError =>
  new HostedError({ is: "page", clientId }, error, undefined, because)

/** One for the program that asked: `{"error":"..."}` with 400. */
export const refusedProgram = (error: string, because?: Because, description?: string): HostedError =>
  new HostedError({ is: "json", status: 400 }, error, description, because)

/** Makes a refusal for the place that has been found out: what was checked, what was found and what was expected. */
export type Refuse = (error: string, check: string, found: unknown, expected?: unknown) => HostedError
