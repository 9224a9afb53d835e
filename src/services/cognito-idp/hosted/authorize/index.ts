import type { HttpResponse } from "../../../../wire/http.ts"
import { beginFederation } from "../../federation/begin.ts"
import { chooseProvider } from "../../federation/choose.ts"
import { callbackError } from "../callback.ts"
import { grantAccess } from "../finish.ts"
import type { Hosted } from "../hosted.ts"
import { redirect } from "../responses.ts"
import { findSignedIn } from "../session/signed-in.ts"
import { parseAuthorizeRequest } from "./request.ts"

/** `/oauth2/authorize`: straight back to the application where somebody is signed in, else to where they can. */
export async function authorize(hosted: Hosted): Promise<HttpResponse> {
  const request = await parseAuthorizeRequest(hosted)
  const chosen = await chooseProvider(hosted, request)
  const known = request.prompt.has("login") ? undefined : await findSignedIn(hosted, request, chosen)
  if (known) return grantAccess(hosted, request, known)
  if (request.prompt.has("none"))
    throw callbackError(request, "login_required", undefined, {
      check: "session of the browser",
      expected: "somebody who is signed in, for prompt=none",
      found: "nobody",
    })
  if (chosen) return beginFederation(hosted, request, chosen)
  return redirect(hosted, hosted.url("/login", hosted.query))
}
