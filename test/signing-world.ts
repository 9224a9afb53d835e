import assert from "node:assert/strict"
import type { AccessKey } from "../src/authentication/access-key.ts"
import { type AuthenticationDeps, authenticate } from "../src/authentication/authenticate.ts"
import type { ErrorFamily } from "../src/authentication/refusals.ts"
import type { SigningScope } from "../src/authentication/signing-scope.ts"
import { MasterKey } from "../src/base/master-key.ts"
import { WireError } from "../src/wire/errors.ts"
import type { HttpRequest } from "../src/wire/http.ts"
import { type Signing, withHeader } from "./signed-requests.ts"

// A small world to sign requests in: one service of each family of errors, and three access keys.

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
export const MINUTE = 60_000
export const clock = { now: () => NOW }
export const masterKey = new MasterKey(Buffer.alloc(32, 1))
export const account = "123456789012"
export const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret/+1" }

export const alice: AccessKey = {
  secretAccessKey: credentials.secretAccessKey,
  account,
  status: "Active",
  principal: {
    kind: "user",
    arn: `arn:aws:iam::${account}:user/x/alice`,
    userId: "AIDAALICE",
    userName: "alice",
    path: "/x/",
  },
}
export const keys: Record<string, AccessKey> = {
  AKIAEXAMPLE: alice,
  AKIAROOT: { ...alice, principal: { kind: "root" } },
  AKIAINACTIVE: { ...alice, status: "Inactive" },
}
export const deps: AuthenticationDeps = {
  clock,
  masterKey,
  findAccessKey: (id) => (Object.hasOwn(keys, id) ? keys[id] : undefined),
}

export const scopes: Record<ErrorFamily, SigningScope> = {
  json: { name: "dynamodb", errors: "json" },
  query: { name: "sts", errors: "query", regions: ["us-east-1"] },
  "rest-json": { name: "lambda", errors: "rest-json", clockWindowSeconds: 300 },
  s3: { name: "s3", errors: "s3", regions: ["us-east-1"] },
}
export const families = Object.keys(scopes) as ErrorFamily[]

export const signing = (family: ErrorFamily, over: Partial<Signing> = {}): Signing => ({
  service: scopes[family].name,
  credentials,
  time: NOW,
  ...over,
})

export const PARTS = {
  method: "PUT",
  path: "/a%20b/c",
  query: { list: "", "z z": "1+2", a: ["2", "1"] },
  headers: { "content-type": "text/plain", "x-amz-meta-a": " two   spaces " },
  body: "hello",
}

export const refusal = (request: HttpRequest, family: ErrorFamily, scope: SigningScope = scopes[family]): WireError => {
  try {
    void authenticate(request, scope, deps)
  } catch (error) {
    assert.ok(error instanceof WireError, String(error))
    return error
  }
  throw new assert.AssertionError({ message: "it was let in" })
}

export type Codes = Record<ErrorFamily, readonly [code: string, status: number]>
export const WRONG: Codes = {
  json: ["InvalidSignatureException", 400],
  query: ["SignatureDoesNotMatch", 403],
  "rest-json": ["InvalidSignatureException", 403],
  s3: ["SignatureDoesNotMatch", 403],
}
export const UNKNOWN: Codes = {
  json: ["UnrecognizedClientException", 400],
  query: ["InvalidClientTokenId", 403],
  "rest-json": ["UnrecognizedClientException", 403],
  s3: ["InvalidAccessKeyId", 403],
}
export const INCOMPLETE: Codes = {
  json: ["IncompleteSignatureException", 400],
  query: ["IncompleteSignature", 400],
  "rest-json": ["IncompleteSignatureException", 403],
  s3: ["AuthorizationHeaderMalformed", 400],
}
export const INVALID_TOKEN: Codes = { ...UNKNOWN, s3: ["InvalidToken", 400] }
export const SCOPE: Codes = { ...WRONG, s3: ["AuthorizationHeaderMalformed", 400] }
export const STALE: Codes = { ...WRONG, s3: ["RequestTimeTooSkewed", 403] }

export const edit = (request: HttpRequest, from: string | RegExp, to: string) =>
  withHeader(request, "authorization", request.headers.authorization!.replace(from, to))
