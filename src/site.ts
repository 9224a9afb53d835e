import type { SigningScope } from "./authentication/signing-scope.ts"
import type { CallContext, Deps } from "./call.ts"
import type { WireError } from "./wire/errors.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"

/** Hosts of its own that a service answers for beside its API: function URLs, the stages of APIs. */
export interface Sites {
  /** `lambda-url` of `<id>.lambda-url.<region>.<base>`. */
  label: string
  /** A domain whose names are the service's too, where a request says that it is to one: `amazoncognito.com`. */
  awsDomain?: string
  /** The beginning of paths of the server's own host that stand for a site's: `/_auth/`, which no bucket can be called. */
  pathPrefix?: string
  /** The site of a name that is neither the server's nor AWS's: a domain that somebody has given a pool. */
  findNamed?(name: string, deps: Deps): SiteHost | undefined | Promise<SiteHost | undefined>
  /** What is behind a host; throws the wire error for a host that is nobody's. */
  open(host: SiteHost, request: HttpRequest, deps: Deps): Promise<Site>
}

/** The host that a request names, in lower case. */
export interface SiteHost {
  /** What stands before the service's label. */
  id: string
  region: string
  /** The whole name, without the port. */
  name: string
  /** Of a site that is found by path: what stands before the path of the site's own, without a slash at its end. */
  basePath?: string
}

/**
 * What answers on a host, for one request. It takes the same way as an operation: signature, body, decision, answer, record.
 * What it asks for it decides by itself (`context.isAllowed`), for it has words of its own for a refusal.
 */
export interface Site {
  /** How the log and `explain` call a request to it: `InvokeFunctionUrl`. */
  operation: string
  account: string
  region: string
  /** What its callers know this request by, where that is no id of the house's kind. */
  requestId?: string
  /** Whose rate it counts against, where that is limited: the name that `Service.rates` has for it. */
  rate?: string
  /** How requests to it are signed, and how one that is not is refused; undefined where no signature is looked at. */
  signed?: SigningScope & { missing(): WireError }
  /** The most bytes that a request's body may have. */
  bodyBytes: number
  /** Answers a browser's question before its request; undefined where OPTIONS is a method like any other. */
  preflight?: ((request: HttpRequest) => HttpResponse) | undefined
  /** Adds to an answer, whatever it is, what lets a page see it. */
  addCrossOrigin?: ((response: HttpResponse, request: HttpRequest) => void) | undefined
  /** Says a refusal in its own form: of a signature, of a body, of a defect, and of what it throws itself. Throws nothing. */
  refuse?(error: WireError, requestId: string): HttpResponse
  /** The body of the request is here, and is what was signed. */
  handle(request: HttpRequest & { body: Uint8Array }, context: CallContext): Promise<HttpResponse>
}
