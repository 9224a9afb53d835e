import { GetAccountCommand, type Account as Shown, UpdateAccountCommand } from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { on, passRole } from "../access.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceText } from "../patch-rules.ts"
import { type AccountSettings, putAccount, readAccount } from "./record.ts"
import { assertLoggingRole } from "./role.ts"

/** Recorded. */
const show = ({ cloudwatchRoleArn }: AccountSettings): Shown => ({
  cloudwatchRoleArn,
  throttleSettings: { burstLimit: 5_000, rateLimit: 10_000 },
  features: ["UsagePlans"],
  apiKeyVersion: "4",
})

export const GetAccount = operation(GetAccountCommand, {
  access: on("GET", "/account"),
  handle: (_, context) => context.store.read(async (tx) => show(await readAccount(tx, context))),
})

/** API Reference, "Patch operations", UpdateAccount. Usage plans are there for every account. */
const RULES: readonly Rule<AccountSettings>[] = [
  replaceText("/cloudwatchRoleArn", "cloudwatchRoleArn"),
  { path: "/features", ops: ["add"], apply() {} },
]

export const UpdateAccount = operation(UpdateAccountCommand, {
  access: (input, scope) => [
    on("PATCH", "/account")(input, scope),
    ...(input.patchOperations ?? []).flatMap(({ path, value }) =>
      path === "/cloudwatchRoleArn" ? passRole(value) : [],
    ),
  ],
  async handle({ patchOperations }, context) {
    const asked = applyPatch<AccountSettings>({}, patchOperations, RULES, "plain")
    if (asked.cloudwatchRoleArn !== undefined) await assertLoggingRole(context, asked.cloudwatchRoleArn)
    return context.store.transact(async (tx) => {
      const settings = applyPatch<AccountSettings>(await readAccount(tx, context), patchOperations, RULES, "plain")
      await putAccount(tx, context, settings)
      return show(settings)
    })
  },
})
