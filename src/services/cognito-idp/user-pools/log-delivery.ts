import {
  GetLogDeliveryConfigurationCommand,
  type LogConfigurationType,
  SetLogDeliveryConfigurationCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { findDocument, putDocument, WHOLE_POOL } from "./documents.ts"
import { getUserPool } from "./record.ts"

/** Kept and described; nothing is delivered. */
export const SetLogDeliveryConfiguration = operation(SetLogDeliveryConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, LogConfigurations }, context) {
    const pool = await getUserPool(UserPoolId, context)
    LogConfigurations.forEach(assertDestination)
    const sources = LogConfigurations.map(({ EventSource }) => EventSource)
    if (new Set(sources).size < sources.length)
      throw invalidParameter("There can be one log configuration for each event source.") // UNVERIFIED text
    await context.store.transact((tx) => putDocument(tx, pool.id, "log-delivery", WHOLE_POOL, LogConfigurations))
    return { LogDeliveryConfiguration: { UserPoolId: pool.id, LogConfigurations } }
  },
})

/** Each goes to one place; messages to a log group alone. Source: LogConfigurationType. */
function assertDestination(one: LogConfigurationType): void {
  const { EventSource, LogLevel, CloudWatchLogsConfiguration, S3Configuration, FirehoseConfiguration } = one
  const places = [CloudWatchLogsConfiguration, S3Configuration, FirehoseConfiguration].filter(Boolean)
  if (places.length !== 1) throw invalidParameter("Each log configuration must have one destination.") // UNVERIFIED text
  if (EventSource === "userNotification" && (!CloudWatchLogsConfiguration || LogLevel !== "ERROR"))
    throw invalidParameter("Message delivery errors are logged with the level ERROR to a log group.") // UNVERIFIED text
  if (EventSource === "userAuthEvents" && LogLevel !== "INFO")
    throw invalidParameter("User activity is logged with the level INFO.") // UNVERIFIED text
}

export const GetLogDeliveryConfiguration = operation(GetLogDeliveryConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const kept = await context.store.read((tx) => findDocument<LogConfigurationType[]>(tx, pool.id, "log-delivery"))
    return { LogDeliveryConfiguration: { UserPoolId: pool.id, LogConfigurations: kept ?? [] } }
  },
})
