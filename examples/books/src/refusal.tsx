import { Fragment } from "react"

/** What AWS says, as it says it, and how to ask why. */
export interface RefusalText {
  name: string
  message: string
  requestId: string | undefined
}

export function asRefusal(error: unknown): RefusalText {
  const { name, message, $metadata } = error as Error & { $metadata?: { requestId?: string } }
  return { name, message, requestId: $metadata?.requestId }
}

export function Refusal({ refusal, title }: { refusal: RefusalText; title: string }) {
  return (
    <div className="refusal" role="alert">
      <h3>{title}</h3>
      <p className="refusal-name">{refusal.name}</p>
      <p className="refusal-message">{withBreaks(refusal.message)}</p>
      {refusal.requestId && (
        <p className="refusal-why">
          Why? <code>npx hallpass explain {refusal.requestId}</code>
        </p>
      )}
    </div>
  )
}

/** Names of resources are long: they may break where their parts meet. */
const withBreaks = (text: string) =>
  text.split(/(?<=[:/])/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ))
