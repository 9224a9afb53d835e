import type { Person } from "../users/person.ts"
import { unrecognizableAnswer } from "./errors.ts"
import { attributesOf, clientMetadataOf, type Occasion } from "./event.ts"
import { runTrigger } from "./run.ts"

/** A challenge that was answered, as the functions are told of it. */
export interface Round {
  challengeName: string
  challengeResult: boolean
  /** What CreateAuthChallenge noted of it. */
  challengeMetadata: string | null
}

/** Somebody who signs in by challenges of the pool's functions. */
export interface Candidate {
  person: Person
  rounds: readonly Round[]
  /** Where it does, the functions are asked about nobody, too, and told so. */
  hidesExistence: boolean
}

export type Ruling = { is: "tokens" } | { is: "failure" } | { is: "challenge"; name: string }

const about = (occasion: Occasion, trigger: string, { person, hidesExistence }: Candidate, request: object) => ({
  source: `${trigger}_Authentication`,
  userName: person.username,
  request: {
    userAttributes: person.user ? attributesOf(occasion.pool, person.user) : {},
    ...request,
    ...clientMetadataOf(occasion),
    ...(hidesExistence && { userNotFound: person.user === undefined }),
  },
})

/** DefineAuthChallenge: says how it goes on. Undefined where the pool asks nobody. Source: its page in the Developer Guide. */
export async function askDefine(occasion: Occasion, candidate: Candidate): Promise<Ruling | undefined> {
  const event = about(occasion, "DefineAuthChallenge", candidate, { session: candidate.rounds })
  const answer = await runTrigger(occasion, "DefineAuthChallenge", event)
  if (answer === undefined) return undefined
  if (answer.failAuthentication) return { is: "failure" }
  if (answer.issueTokens) return { is: "tokens" }
  if (answer.challengeName) return { is: "challenge", name: answer.challengeName }
  throw unrecognizableAnswer(
    "DefineAuthChallenge",
    event.source,
    "it says neither which challenge comes next nor to issue tokens nor to fail",
  )
}

export interface CustomChallenge {
  publicParameters: Record<string, string>
  privateParameters: Record<string, string>
  metadata: string | null
}

/** CreateAuthChallenge: makes what is asked, and what is kept to judge the answer by. */
export async function askCreate(
  occasion: Occasion,
  candidate: Candidate,
  challengeName: string,
): Promise<CustomChallenge | undefined> {
  const request = { challengeName, session: candidate.rounds }
  const answer = await runTrigger(
    occasion,
    "CreateAuthChallenge",
    about(occasion, "CreateAuthChallenge", candidate, request),
  )
  return (
    answer && {
      publicParameters: answer.publicChallengeParameters ?? {},
      privateParameters: answer.privateChallengeParameters ?? {},
      metadata: answer.challengeMetadata ?? null,
    }
  )
}

/** VerifyAuthChallengeResponse: whether the answer is right. */
export async function askVerify(
  occasion: Occasion,
  candidate: Candidate,
  { privateParameters, answer }: { privateParameters: Record<string, string>; answer: string },
): Promise<boolean | undefined> {
  const request = { privateChallengeParameters: privateParameters, challengeAnswer: answer }
  const verdict = await runTrigger(
    occasion,
    "VerifyAuthChallengeResponse",
    about(occasion, "VerifyAuthChallengeResponse", candidate, request),
  )
  return verdict && verdict.answerCorrect === true
}
