import {
  DeleteAccessLogSettingsCommand,
  DeleteRouteSettingsCommand,
  ResetAuthorizersCacheCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { getApi } from "../apis/record.ts"
import { partNotFound } from "../errors.ts"
import { getStage, stagePath } from "./operations.ts"
import { type StageBody, stages } from "./record.ts"

interface Named {
  ApiId: string
  StageName: string
}

/** Stages are not deployed: what changes of one counts at once. */
const editStage = ({ ApiId, StageName }: Named, context: CallContext, edit: (stage: StageBody) => StageBody) =>
  context.store.transact(async (tx) => {
    const { apiId } = await getApi(tx, ApiId, context)
    await stages.put(tx, apiId, StageName, edit(await getStage(tx, apiId, StageName)))
  })

export const DeleteAccessLogSettings = operation(DeleteAccessLogSettingsCommand, {
  access: on("DELETE", (input) => `${stagePath(input)}/accesslogsettings`),
  async handle(input, context) {
    await editStage(input, context, ({ AccessLogSettings: _, ...stage }) => stage)
    return {}
  },
})

export const DeleteRouteSettings = operation(DeleteRouteSettingsCommand, {
  access: on("DELETE", (input) => `${stagePath(input)}/routesettings/${input.RouteKey}`),
  async handle(input, context) {
    await editStage(input, context, (stage) => {
      const { [input.RouteKey]: gone, ...RouteSettings } = stage.RouteSettings
      if (!gone) throw partNotFound("RouteSettings")
      return { ...stage, RouteSettings }
    })
    return {}
  },
})

export const ResetAuthorizersCache = operation(ResetAuthorizersCacheCommand, {
  access: on("DELETE", (input) => `${stagePath(input)}/cache/authorizers`),
  async handle(input, context) {
    const authorizersForgottenAt = context.clock.now()
    await editStage(input, context, (stage) => ({ ...stage, authorizersForgottenAt }))
    return {}
  },
})
