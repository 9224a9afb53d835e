import { Fragment, useState } from "react"

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
          Why? <Command text={`npx hallpass explain ${refusal.requestId}`} />
        </p>
      )}
    </div>
  )
}

/** A command in one line, and a button that copies it. */
function Command({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true))
  return (
    <>
      <code>{text}</code>
      <button type="button" className="button quiet" onClick={copy}>
        {isCopied ? "Copied" : "Copy"}
      </button>
    </>
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
