import type { WireError } from "../wire/errors.ts"
import type { ClockWindow, Refusals } from "./refusals.ts"
import type { SignatureClaim } from "./signature-claim.ts"
import { formatIso } from "./signing-date.ts"

/** What stands behind a refusal, for `hallpass explain`: what was checked, what was expected and what came. No secret. */
export interface Facts {
  check: string
  [detail: string]: unknown
}

type FactsOf = { [Name in keyof Refusals]: (...given: Parameters<Refusals[Name]>) => Facts }

const FACTS: FactsOf = {
  missingToken: () => ({ check: "a signature" }),
  twoSignatures: () => ({ check: "one signature" }),
  // Neither the header nor a piece of it: it may hold a bearer token.
  notSigV4: (authorization) => ({ check: "the scheme of Authorization", came: schemeOf(authorization) }),
  unsupportedAlgorithm: (algorithm) => ({ check: "the algorithm", came: algorithm }),
  notKeyValue: () => ({ check: "the form of Authorization" }),
  incomplete: (missing, place) => ({ check: "the parts of the signature", missing, place }),
  malformedCredential: (credential, place) => ({
    check: "the form of the credential",
    parts: credential.split("/").length,
    place,
  }),
  malformedDate: (date, place) => ({ check: "the form of the date", came: date, place }),
  malformedExpires: (problem) => ({ check: "X-Amz-Expires", problem }),
  wrongScope: ({ accessKeyId, region, service, date, terminator }, expected) => ({
    check: "the credential scope",
    accessKeyId: showKeyId(accessKeyId),
    came: { region, service, date, terminator },
    expected,
  }),
  hostNotSigned: () => ({ check: "the signed headers", missing: ["host"] }),
  headersNotSigned: (names) => ({ check: "the signed headers", missing: names }),
  notYetCurrent: clockFacts,
  expired: (claim, window) => {
    const { time, expiresInSeconds, accessKeyId } = claim
    return expiresInSeconds === undefined
      ? clockFacts(claim, window)
      : {
          check: "the time of the presigned URL",
          accessKeyId: showKeyId(accessKeyId),
          signedAt: formatIso(time),
          expiredAt: formatIso(time + expiresInSeconds * 1000),
          serverTime: formatIso(window.now),
        }
  },
  unknownKey: (accessKeyId, why) => ({ check: "the access key", accessKeyId: showKeyId(accessKeyId), why }),
  invalidToken: (_, why) => ({ check: "the session token", why }),
  expiredToken: (_, expiredAt) => ({
    check: "the time of the session token",
    ...(expiredAt !== undefined && { expiredAt: formatIso(expiredAt) }),
  }),
  // The canonical request is left out: it may hold the session token. Its hash is the last line of the string to sign.
  wrongSignature: ({ accessKeyId, signedHeaders }, { stringToSign }) => ({
    check: "the signature",
    accessKeyId: showKeyId(accessKeyId),
    signedHeaders,
    stringToSign,
  }),
}

/** The same refusals, each with its facts. */
export const withFacts = (refusals: Refusals): Refusals =>
  Object.fromEntries(
    Object.entries(refusals).map(([name, refuse]) => {
      const facts = FACTS[name as keyof Refusals] as (...given: unknown[]) => Facts
      return [
        name,
        (...given: unknown[]): WireError => {
          const error = (refuse as (...given: unknown[]) => WireError)(...given)
          error.because ??= facts(...given)
          return error
        },
      ]
    }),
  ) as unknown as Refusals

function clockFacts({ accessKeyId, time }: SignatureClaim, { now, milliseconds }: ClockWindow): Facts {
  return {
    check: "the clock",
    accessKeyId: showKeyId(accessKeyId),
    signedAt: formatIso(time),
    serverTime: formatIso(now),
    mayDifferMinutes: milliseconds / 60_000,
  }
}

const schemeOf = (authorization: string): string => /^[A-Za-z0-9-]{1,40}(?= )/.exec(authorization)?.[0] ?? "none"

/** Who takes the secret for the id shall not find it in a log. */
export const showKeyId = (accessKeyId: string): string =>
  /^[A-Z0-9_]{1,32}$/.test(accessKeyId)
    ? accessKeyId
    : `${accessKeyId.slice(0, 4)}... (${accessKeyId.length} characters, not of the form of an access key id)`
