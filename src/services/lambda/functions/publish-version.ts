import { PublishVersionCommand } from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import { onFunction } from "../access.ts"
import { codeShaMismatch, notBuilt } from "../errors.ts"
import { getChangeable } from "./change.ts"
import { publish } from "./publish.ts"
import { versionName } from "./record.ts"
import { showVersion } from "./show.ts"

export const PublishVersion = operation(PublishVersionCommand, {
  access: onFunction,
  async handle(input, context) {
    if (input.PublishTo !== undefined) throw notBuilt("PublishTo of AWS Lambda")
    const published = await context.store.transact(async (tx) => {
      const latest = await getChangeable(tx, context, input)
      const { sha256 } = latest.body.code
      if (input.CodeSha256 && input.CodeSha256 !== sha256) throw codeShaMismatch(input.CodeSha256, sha256)
      return publish(tx, context, latest, input.Description)
    })
    return showVersion(context, published, versionName(published.version))
  },
})
