import { Fragment } from "react"

/** Names of resources are long: they may break where their parts meet. */
export const withBreaks = (text: string) =>
  text.split(/(?<=[:/])/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ))
