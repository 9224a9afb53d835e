import type { RootCredentials } from "./keys.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"

/** A server as whoever started it knows it. */
export interface RunningHallpass {
  /** `http://127.0.0.1:4566`, or what `--public-url` says. */
  url: string
  port: number
  credentials: RootCredentials
  region: string
  /** Reads the certificate again. Throws where it cannot be used, and the one before stays. */
  reload(): void
  /** Answers for `/_hallpass/` to the server's owner, who need not sign. */
  control(request: HttpRequest): Promise<HttpResponse>
  close(): Promise<void>
}
