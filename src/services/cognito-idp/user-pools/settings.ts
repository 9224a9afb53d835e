import type { CreateUserPoolRequest } from "@aws-sdk/client-cognito-identity-provider"
import { invalidParameter, notSupportedHere, tierLacksFeature } from "../errors.ts"
import { createLambdaConfig } from "../triggers/config.ts"
import type { MfaSettings, PoolSettings, UserPool } from "./record.ts"

const DEFAULT_PASSWORD_POLICY = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
}

/**
 * The settings of a request with AWS's defaults for what it leaves out. Source: the default of each parameter of
 * CreateUserPool and UpdateUserPool ("If you don't provide a value for an attribute, Amazon Cognito sets it to its
 * default value").
 */
export function createSettings(
  input: Partial<CreateUserPoolRequest> & PoolSettings,
  mfa: MfaSettings = {},
): PoolSettings {
  const UserPoolTier = input.UserPoolTier ?? "ESSENTIALS"
  const settings: PoolSettings = {
    Policies: createPolicies(input),
    DeletionProtection: input.DeletionProtection ?? "INACTIVE",
    LambdaConfig: createLambdaConfig(input.LambdaConfig, UserPoolTier),
    AutoVerifiedAttributes: input.AutoVerifiedAttributes,
    SmsVerificationMessage: input.SmsVerificationMessage ?? input.VerificationMessageTemplate?.SmsMessage,
    EmailVerificationMessage: input.EmailVerificationMessage ?? input.VerificationMessageTemplate?.EmailMessage,
    EmailVerificationSubject: input.EmailVerificationSubject ?? input.VerificationMessageTemplate?.EmailSubject,
    VerificationMessageTemplate: createTemplate(input),
    SmsAuthenticationMessage: input.SmsAuthenticationMessage,
    UserAttributeUpdateSettings: input.UserAttributeUpdateSettings ?? { AttributesRequireVerificationBeforeUpdate: [] },
    MfaConfiguration: input.MfaConfiguration ?? "OFF",
    DeviceConfiguration: input.DeviceConfiguration,
    EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT", ...input.EmailConfiguration },
    SmsConfiguration: input.SmsConfiguration,
    AdminCreateUserConfig: createAdminCreateUserConfig(input),
    UserPoolAddOns: input.UserPoolAddOns,
    AccountRecoverySetting: input.AccountRecoverySetting,
    UserPoolTier,
    IssuerConfiguration: input.IssuerConfiguration,
    AcrConfiguration: input.AcrConfiguration,
  }
  assertSettings(settings, input)
  if (settings.MfaConfiguration !== "OFF") assertMfaPossible(settings, mfa)
  return settings
}

function createPolicies({ Policies, AdminCreateUserConfig }: PoolSettings): PoolSettings["Policies"] {
  // The legacy parameter counts where its successor is not given; both are refused (reported in public issue threads).
  if (Policies?.PasswordPolicy?.TemporaryPasswordValidityDays && AdminCreateUserConfig?.UnusedAccountValidityDays)
    throw invalidParameter(
      "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
    )
  const days =
    Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ||
    AdminCreateUserConfig?.UnusedAccountValidityDays ||
    DEFAULT_PASSWORD_POLICY.TemporaryPasswordValidityDays
  const given = Policies?.PasswordPolicy
  // A policy that is given at all says everything: what it leaves out is not asked for.
  const PasswordPolicy = given
    ? {
        MinimumLength: given.MinimumLength ?? DEFAULT_PASSWORD_POLICY.MinimumLength,
        RequireUppercase: given.RequireUppercase ?? false,
        RequireLowercase: given.RequireLowercase ?? false,
        RequireNumbers: given.RequireNumbers ?? false,
        RequireSymbols: given.RequireSymbols ?? false,
        ...(given.PasswordHistorySize !== undefined && { PasswordHistorySize: given.PasswordHistorySize }),
        TemporaryPasswordValidityDays: days,
      }
    : { ...DEFAULT_PASSWORD_POLICY, TemporaryPasswordValidityDays: days }
  return { PasswordPolicy, SignInPolicy: Policies?.SignInPolicy ?? { AllowedFirstAuthFactors: ["PASSWORD"] } }
}

function createTemplate(input: PoolSettings): PoolSettings["VerificationMessageTemplate"] {
  const template = { DefaultEmailOption: "CONFIRM_WITH_CODE" as const, ...input.VerificationMessageTemplate }
  const { SmsVerificationMessage, EmailVerificationMessage, EmailVerificationSubject } = input
  if (SmsVerificationMessage !== undefined) template.SmsMessage ??= SmsVerificationMessage
  if (EmailVerificationMessage !== undefined) template.EmailMessage ??= EmailVerificationMessage
  if (EmailVerificationSubject !== undefined) template.EmailSubject ??= EmailVerificationSubject
  return template
}

function createAdminCreateUserConfig({ AdminCreateUserConfig, Policies }: PoolSettings) {
  return {
    ...AdminCreateUserConfig,
    AllowAdminCreateUserOnly: AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
    UnusedAccountValidityDays:
      AdminCreateUserConfig?.UnusedAccountValidityDays ??
      (Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ||
        DEFAULT_PASSWORD_POLICY.TemporaryPasswordValidityDays),
  }
}

function assertSettings(settings: PoolSettings, input: PoolSettings): void {
  const before = settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []
  // The text is in aws-cli issue 7151.
  if (!before.every((name) => settings.AutoVerifiedAttributes?.includes(name)))
    throw invalidParameter(
      "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
    )
  const lite = settings.UserPoolTier === "LITE"
  const factors = settings.Policies!.SignInPolicy!.AllowedFirstAuthFactors ?? []
  if (!factors.includes("PASSWORD")) throw invalidParameter("PASSWORD must be an allowed first auth factor.") // UNVERIFIED text
  if (lite && factors.length > 1) throw tierLacksFeature("LITE", "Choice-based sign-in")
  if (lite && settings.Policies!.PasswordPolicy!.PasswordHistorySize) throw tierLacksFeature("LITE", "Password history")
  // Source: UserPoolAddOnsType, AdvancedSecurityMode.
  const isProtected = (settings.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF") !== "OFF"
  if (isProtected && settings.UserPoolTier !== "PLUS")
    throw tierLacksFeature(settings.UserPoolTier!, "Threat Protection")
  if (input.KeyConfiguration?.KeyType === "CUSTOMER_MANAGED_KEY" || input.KeyConfiguration?.KmsKeyArn !== undefined)
    throw notSupportedHere("A customer managed key")
  if (input.DcrConfiguration !== undefined) throw notSupportedHere("Dynamic client registration")
  assertLevels(input.AcrConfiguration, lite)
  const priorities = settings.AccountRecoverySetting?.RecoveryMechanisms?.map(({ Priority }) => Priority) ?? []
  if (new Set(priorities).size < priorities.length)
    throw invalidParameter("Account recovery mechanisms must have different priorities.") // UNVERIFIED text
  const names = settings.AccountRecoverySetting?.RecoveryMechanisms?.map(({ Name }) => Name) ?? []
  if (names.includes("admin_only") && names.length > 1)
    throw invalidParameter(
      "Invalid account recovery setting parameter. The 'admin_only' recovery option cannot be set with any other option.",
    ) // UNVERIFIED text
}

const LEVELS = ["Level1", "Level2", "Level3", "Level4"]

/** Names of an application's own for the levels of authentication. Source: AcrLevelConfigType. */
function assertLevels(levels: PoolSettings["AcrConfiguration"], lite: boolean): void {
  if (levels === undefined) return
  if (lite) throw tierLacksFeature("LITE", "Authentication context class references")
  const given = Object.entries(levels)
  const names = given.map(([, { AcrValue }]) => AcrValue ?? "")
  const others = LEVELS.flatMap((level, at) => (Object.hasOwn(levels, level) ? [] : [`urn:cognito:loa:${at + 1}`]))
  const isRight =
    given.every(([level]) => LEVELS.includes(level)) &&
    names.every((name) => /^[^\s"\\]{1,64}$/.test(name)) &&
    new Set([...names, ...others]).size === names.length + others.length
  if (!isRight) throw invalidParameter("Invalid AcrConfiguration.") // UNVERIFIED text
}

/** MFA needs a factor: SMS by the request itself, others by SetUserPoolMfaConfig before. Reported in aws-cdk issue 12075. */
function assertMfaPossible(settings: PoolSettings, mfa: MfaSettings): void {
  if (mfa.SoftwareTokenMfaConfiguration?.Enabled || mfa.EmailMfaConfiguration) return
  if (settings.SmsConfiguration === undefined)
    throw invalidParameter(
      "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    )
}

export const passwordPolicyOf = (pool: Pick<UserPool, "settings">) => pool.settings.Policies!.PasswordPolicy!
