import assert from "node:assert/strict"
import { test } from "node:test"
import type { JWTPayload } from "jose"
import { claimKeys } from "./claim-keys.ts"

const namesOf = (provider: string, claims: JWTPayload, audience = "client") =>
  Object.keys(claimKeys(provider, claims, audience))
    .map((key) => key.slice(provider.length + 1))
    .sort()

test("of a provider's claims only those are keys that AWS knows", () => {
  const claims = {
    iss: "i",
    sub: "s",
    aud: "client",
    exp: 2,
    iat: 1,
    amr: ["pwd"],
    email: "e",
    department: "sales",
    jti: "j",
  }
  assert.deepEqual(namesOf("idp.example.com", claims), ["amr", "aud", "email", "sub"])
  assert.deepEqual(namesOf("idp.example.com/tenant", { sub: "s", azp: "client", nested: {} }), ["aud", "azp", "sub"])
})

const GITHUB = {
  sub: "s",
  repository: "o/r",
  repository_owner: "o",
  repository_owner_id: "1",
  actor: "a",
  ref: "r",
  sha: "x",
}
const KNOWN = ["actor", "aud", "ref", "repository", "repository_owner_id", "sub"]
const cases: [provider: string, claims: JWTPayload, keys: string[]][] = [
  ["token.actions.githubusercontent.com", GITHUB, KNOWN],
  ["token.actions.githubusercontent.com/acme", GITHUB, KNOWN],
  ["token.actions.acme.ghe.com", GITHUB, KNOWN],
  ["github.com/enterprises/acme", GITHUB, KNOWN],
  ["token.actions.githubusercontent.com.example.com", GITHUB, ["aud", "sub"]],
  ["evil-token.actions.githubusercontent.com", GITHUB, ["aud", "sub"]],
  ["gitlab.com", { sub: "s", project_id: "1", project_path: "p" }, ["aud", "project_id", "sub"]],
  ["gitlab.example.com", { sub: "s", project_id: "1" }, ["aud", "sub"]],
  [
    "agent.buildkite.com",
    { sub: "s", pipeline_slug: "p", organization_slug: "o", step_key: "k" },
    ["aud", "organization_slug", "pipeline_slug", "sub"],
  ],
  [
    "oidc.circleci.com/org/1",
    { sub: "s", "oidc.circleci.com/project-id": "p" },
    ["aud", "oidc.circleci.com/project-id", "sub"],
  ],
  [
    "accounts.google.com",
    { sub: "s", azp: "client", aud: "other", "google/organization_number": 7 },
    ["aud", "azp", "google/organization_number", "oaud", "sub"],
  ],
]
for (const [provider, claims, keys] of cases)
  test(`of ${provider} these are: ${keys}`, () => assert.deepEqual(namesOf(provider, claims), keys))
