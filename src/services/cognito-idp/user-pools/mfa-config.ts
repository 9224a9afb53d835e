import { GetUserPoolMfaConfigCommand, SetUserPoolMfaConfigCommand } from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool, onUserPoolPassing } from "../access.ts"
import { invalidParameter, tierLacksFeature } from "../errors.ts"
import { assertRelyingPartyId } from "../web-authn/relying-party.ts"
import { changePool, getUserPool, type PoolBody } from "./record.ts"

export const SetUserPoolMfaConfig = operation(SetUserPoolMfaConfigCommand, {
  access: (input, scope) => onUserPoolPassing(input, input.SmsMfaConfiguration?.SmsConfiguration?.SnsCallerArn, scope),
  async handle({ UserPoolId, MfaConfiguration, ...factors }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { RelyingPartyId } = factors.WebAuthnConfiguration ?? {}
    if (RelyingPartyId !== undefined) assertRelyingPartyId(RelyingPartyId)
    if (factors.WebAuthnConfiguration && pool.settings.UserPoolTier === "LITE")
      throw tierLacksFeature("LITE", "Passkeys")
    let answer = {}
    await changePool(context.store, context.clock, pool.id, (body) => {
      if (MfaConfiguration !== undefined) body.settings.MfaConfiguration = MfaConfiguration
      const sms = factors.SmsMfaConfiguration
      if (sms?.SmsConfiguration) body.settings.SmsConfiguration = sms.SmsConfiguration
      if (sms?.SmsAuthenticationMessage) body.settings.SmsAuthenticationMessage = sms.SmsAuthenticationMessage
      body.mfa = { ...body.mfa, ...JSON.parse(JSON.stringify(factors)) }
      if (body.settings.MfaConfiguration !== "OFF" && !hasFactor(body))
        throw invalidParameter(
          "Invalid MFA configuration given, can't turn on MFA without providing at least one MFA type.",
        ) // UNVERIFIED text
      answer = describeMfa(body)
    })
    return answer
  },
})

export const GetUserPoolMfaConfig = operation(GetUserPoolMfaConfigCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    return describeMfa(await getUserPool(UserPoolId, context))
  },
})

const hasFactor = ({ mfa, settings }: PoolBody): boolean =>
  Boolean(
    mfa.SoftwareTokenMfaConfiguration?.Enabled ||
      mfa.EmailMfaConfiguration ||
      mfa.SmsMfaConfiguration ||
      settings.SmsConfiguration,
  )

function describeMfa({ mfa, settings }: PoolBody) {
  const sms = settings.SmsConfiguration
    ? {
        ...(settings.SmsAuthenticationMessage && { SmsAuthenticationMessage: settings.SmsAuthenticationMessage }),
        SmsConfiguration: settings.SmsConfiguration,
      }
    : mfa.SmsMfaConfiguration
  return { ...mfa, ...(sms && { SmsMfaConfiguration: sms }), MfaConfiguration: settings.MfaConfiguration ?? "OFF" }
}
