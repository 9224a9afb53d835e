import type { HttpResponse } from "../../wire/http.ts"

/** Sets a header of the gateway's own, in whatever case somebody else has set it. */
export function putHeader({ headers }: HttpResponse, name: string, value: string): void {
  const lower = name.toLowerCase()
  for (const known in headers)
    if (known.length === name.length && known !== name && known.toLowerCase() === lower) delete headers[known]
  headers[name] = value
}
