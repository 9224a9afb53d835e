import { useEffect, useRef, useState } from "react"
import { withBreaks } from "./breaks.tsx"
import type { Attempt } from "./bucket.ts"
import {
  type ExplainedCall,
  type ExplainedDecision,
  type ExplainedPolicy,
  type ExplainedStatement,
  explain,
  mismatchText,
} from "./explain.ts"

export function Explanation({ attempt, name }: { attempt: Attempt; name: string }) {
  const { requestId, allowed, deed, folder, error } = attempt
  const [call, setCall] = useState<ExplainedCall>()
  const [trouble, setTrouble] = useState("")
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!requestId) return setTrouble("The answer carried no request id.")
    let isWanted = true
    explain(requestId).then(
      (found) => isWanted && setCall(found),
      (failed: Error) => isWanted && setTrouble(failed.message),
    )
    return () => {
      isWanted = false
    }
  }, [requestId])
  // It stands below what was chosen, and often below the window: whoever asked is taken there when it can be read.
  useEffect(() => {
    if (!call && !trouble) return
    section.current?.focus({ preventScroll: true })
    section.current?.scrollIntoView({ block: "start" })
  }, [call, trouble])
  return (
    <section className={`why ${allowed ? "yes" : "no"}`} aria-label="Explanation" ref={section} tabIndex={-1}>
      <h2>
        {name} may {allowed ? "" : "not "}
        {deed} {folder}/
      </h2>
      {error && (
        <blockquote>
          <strong>{error.name}</strong>
          <span>{withBreaks(error.message)}</span>
          <cite>That is all that AWS says.</cite>
        </blockquote>
      )}
      {trouble && <p className="error">{trouble}</p>}
      {call && (
        <>
          {call.because && <Facts facts={call.because} />}
          {call.decisions.map((decision) => (
            <DecisionText decision={decision} key={`${decision.action} ${decision.resource}`} />
          ))}
          <p className="request">
            <code>npx hallpass explain {requestId}</code>
          </p>
        </>
      )}
    </section>
  )
}

/** What no policy decided: which role was to be chosen, and from what. */
function Facts({ facts }: { facts: Record<string, unknown> }) {
  return (
    <dl className="facts">
      {Object.entries(facts).map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function DecisionText({
  decision: { decision, action, resource, because, explanation },
}: {
  decision: ExplainedDecision
}) {
  return (
    <>
      <p className="decision">
        <strong>{decision.replace("_", " ")}</strong> <code>{action}</code> on <code>{resource}</code>
        {because.policyType && `: ${because.reason} in any ${because.policyType} policy`}
      </p>
      {explanation.policies.map((policy) => (
        <PolicyText policy={policy} key={`${policy.policyType} ${policy.policyArn ?? policy.policyName}`} />
      ))}
    </>
  )
}

/** Whether it is worth reading here: not about other callers or other actions. */
const isAboutThis = ({ mismatches }: ExplainedStatement) =>
  !mismatches.some(({ element }) => element === "Principal" || element === "Action")

function PolicyText({ policy }: { policy: ExplainedPolicy }) {
  const near = policy.statements.filter(isAboutThis)
  const far = policy.statements.filter((statement) => !isAboutThis(statement))
  const list = (statements: readonly ExplainedStatement[]) => (
    <ul>
      {statements.map((statement) => (
        <StatementText statement={statement} key={statement.index} />
      ))}
    </ul>
  )
  return (
    <div className="policy">
      <h3>
        {policy.policyType} policy {policy.policyName ?? policy.policyArn ?? ""}
      </h3>
      {near.length > 0 && list(near)}
      {far.length > 0 && (
        <details>
          <summary>
            {far.length === 1 ? "1 statement is" : `${far.length} statements are`} about other callers or actions
          </summary>
          {list(far)}
        </details>
      )}
    </div>
  )
}

function StatementText({ statement: { index, sid, effect, applies, mismatches } }: { statement: ExplainedStatement }) {
  return (
    <li className={applies ? "applies" : ""}>
      <span className="statement">
        {applies ? "✓" : "·"} {effect} statement {sid ?? index + 1} {applies ? "applies" : "does not apply"}
      </span>
      {mismatches.map((mismatch) => (
        <span className="mismatch" key={`${mismatch.element} ${mismatch.key}`}>
          {mismatchText(mismatch)}
        </span>
      ))}
    </li>
  )
}
