import type { HttpRequest } from "../../wire/http.ts"

/** A request without some of its headers, whose names are in lower case. */
export function withoutHeaders(request: HttpRequest, names: ReadonlySet<string>): HttpRequest {
  const rawHeaders: string[] = []
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2)
    if (!names.has(request.rawHeaders[i]!.toLowerCase()))
      rawHeaders.push(request.rawHeaders[i]!, request.rawHeaders[i + 1]!)
  const headers = { ...request.headers }
  for (const name of names) delete headers[name]
  return { ...request, headers, rawHeaders }
}
