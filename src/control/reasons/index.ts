import type { Explanation } from "../../policy/index.ts"
import { type CallRecord, isFailure } from "../call-record.ts"
import { API_WORDS } from "./apis.ts"
import { SYNC_WORDS } from "./cognito-sync.ts"
import { FEDERATION_WORDS } from "./federation.ts"
import { FUNCTION_WORDS } from "./functions.ts"
import { KINESIS_WORDS } from "./kinesis.ts"
import { LOGIN_WORDS } from "./logins.ts"
import { OAUTH_WORDS } from "./oauth.ts"
import { PAGE_WORDS } from "./pages.ts"
import { PASSKEY_WORDS } from "./passkeys.ts"
import { permissionReason } from "./permissions.ts"
import { type Facts, nameOf, type Reason, show, type WordsByCheck } from "./reason.ts"
import { REQUEST_WORDS } from "./requests.ts"
import { ROLE_WORDS, STEP_WORDS } from "./roles.ts"
import { SIGN_IN_WORDS } from "./sign-in.ts"
import { SIGNATURE_WORDS } from "./signature.ts"
import { STREAM_WORDS } from "./streams.ts"
import { TRIGGER_WORDS } from "./triggers.ts"
import { WEB_SOCKET_WORDS } from "./web-sockets.ts"

export type { Reason } from "./reason.ts"

const BY_CHECK: WordsByCheck = {
  ...SIGNATURE_WORDS,
  ...LOGIN_WORDS,
  ...ROLE_WORDS,
  ...TRIGGER_WORDS,
  ...PASSKEY_WORDS,
  ...PAGE_WORDS,
  ...FUNCTION_WORDS,
  ...OAUTH_WORDS,
  ...FEDERATION_WORDS,
  ...API_WORDS,
  ...WEB_SOCKET_WORDS,
  ...KINESIS_WORDS,
  ...STREAM_WORDS,
  ...SYNC_WORDS,
}

/** Why it failed; undefined of what succeeded. `explanations` are of the judgements that are kept, in their order. */
export function reasonOf(call: CallRecord, explanations: readonly Explanation[]): Reason | undefined {
  if (!isFailure(call)) return undefined
  return reasonOfCheck(call) ?? reasonOfDecision(call, explanations) ?? reasonOfAnswer(call)
}

/** What was checked beside policies wrote down what it found. */
function reasonOfCheck(call: CallRecord): Reason | undefined {
  if (typeof call.because !== "object" || call.because === null) return undefined
  const facts = call.because as Facts
  const { check, step } = facts
  if (typeof step === "string") {
    // The mapping let it pass to a role that the pool does not have.
    const words = own(STEP_WORDS, "kind" in facts ? "guest" : step)
    if (words) return words({ call, facts })
  }
  if (check === undefined) return undefined
  const words = own(BY_CHECK, check) ?? own(REQUEST_WORDS, check)
  return words ? words({ call, facts }) : reasonOfFacts(call, facts)
}

/** A check that has no sentences of its own: as it called itself. */
function reasonOfFacts(call: CallRecord, { check, expected, found, ...details }: Facts): Reason {
  return {
    what: `${nameOf(call)} checks ${check}, and that did not hold.`,
    ...(expected !== undefined && { expected: show(expected) }),
    came: found === undefined ? show(details) : show(found),
    advice: `Its answer says: ${call.errorMessage}`,
  }
}

const DENIED = /AccessDenied|NotAuthorized|Unauthorized|Forbidden|InvalidIdentityPoolConfiguration/

/** The last one that was refused is the one that the request ended with. */
function reasonOfDecision(call: CallRecord, explanations: readonly Explanation[]): Reason | undefined {
  const {
    status,
    errorCode = "",
    judged: { kept },
  } = call
  if (status !== 403 && !DENIED.test(errorCode)) return undefined
  const at = kept.findLastIndex(({ decision }) => !decision.allowed)
  return at < 0 ? undefined : permissionReason(kept[at]!, explanations[at]!, call)
}

function reasonOfAnswer(call: CallRecord): Reason {
  const message = call.errorMessage ?? ""
  const known = SIGN_IN_WORDS.find(([text]) => text.test(message))
  if (known) return known[1]
  return REQUEST_WORDS[kindOf(call)]!({ call, facts: {} })
}

function kindOf({ status, errorCode = "" }: CallRecord): string {
  if (status >= 500) return "server"
  if (/UnknownOperation|InvalidAction|MissingAction|MethodNotAllowed/.test(errorCode)) return "operation"
  if (/TooLarge|Throttl|SlowDown|LimitExceeded|TooMany/.test(errorCode) || status === 413) return "limit"
  if (/NotFound|NoSuch|NotExist/.test(errorCode) || status === 404) return "missing"
  if (
    /Exists|InUse|Conflict|Precondition|ConditionalCheck|Transaction/.test(errorCode) ||
    status === 409 ||
    status === 412
  )
    return "state"
  return "request"
}

const own = (words: WordsByCheck, name: string) => (Object.hasOwn(words, name) ? words[name] : undefined)
