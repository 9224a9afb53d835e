import { decideDelivery } from "./authorization/deliveries.ts"
import type { Requirement } from "./authorization/requirement.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { type CallRecord, newEventRecord } from "./control/call-record.ts"
import type { KeyRefusal, Keys, KeyUse } from "./key-use.ts"
import type { Sender } from "./sender.ts"
import type { Keeper, Service } from "./service.ts"
import { WireError } from "./wire/errors.ts"

/**
 * Lets services use the keys of KMS. What a service does by itself is recorded like a request; what it does for its caller is
 * part of that caller's request, and recorded with it.
 */
export function createKeys(services: readonly Service[], deps: () => Deps, record: (call: CallRecord) => void): Keys {
  const service = services.find(({ keepsKeys }) => keepsKeys)

  /** What KMS refuses is a value: who asked has words of its own for it. */
  async function attempt<T>(act: (keeper: Keeper) => T | Promise<T>): Promise<{ is: "done"; value: T } | KeyRefusal> {
    if (!service?.keepsKeys) throw new Error("No service has keys.")
    try {
      return { is: "done", value: await act(service.keepsKeys) }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return { is: "refused", code: error.code, message: error.message }
    }
  }

  async function assertService(requirement: Requirement & { action: string }, by: Sender, call: CallRecord) {
    const { action, resource } = requirement
    if (await decideDelivery(service!, requirement, by, deps(), call.judged)) return
    const message = `${by.principal} is not authorized to perform: ${action} on resource: ${resource}`
    throw new WireError("AccessDeniedException", message)
  }

  async function useItself<T>(action: string, asked: KeyUse, by: Sender, act: (keeper: Keeper) => Promise<T>) {
    const call = newEventRecord(randomUUID(), by, deps().clock.now())
    Object.assign(call, { service: "kms", operation: action.slice("kms:".length), status: 500 })
    try {
      const ended = await attempt(async (keeper) => {
        await assertService(await keeper.toUse(action, asked, deps()), by, call)
        return act(keeper)
      })
      call.status = ended.is === "done" ? 200 : 400
      if (ended.is === "refused") Object.assign(call, { errorCode: ended.code, errorMessage: ended.message })
      return ended
    } finally {
      record(call)
    }
  }

  async function use<T>(action: string, asked: KeyUse, act: (keeper: Keeper) => Promise<T>) {
    const { by } = asked
    if (!("caller" in by)) return useItself(action, asked, by, act)
    const requirement = await attempt((keeper) => keeper.toUse(action, asked, deps()))
    if (requirement.is === "refused") return requirement
    await by.caller.assertAllowed(via(by.viaService, requirement.value))
    return attempt(act)
  }

  return {
    async generateDataKey(asked) {
      const made = await use("kms:GenerateDataKey", asked, (keeper) => keeper.generateDataKey(asked, deps()))
      return made.is === "done" ? { is: "made", ...made.value } : made
    },
    async decrypt(asked, ciphertext) {
      const opened = await use("kms:Decrypt", asked, (keeper) => keeper.decrypt(asked, ciphertext, deps()))
      return opened.is === "done" ? { is: "opened", plaintext: opened.value } : opened
    },
    async lend(loan, caller) {
      const requirement = await attempt((keeper) => keeper.toLend(loan))
      if (requirement.is === "refused") return requirement
      await caller.assertAllowed(via(viaServiceOf(loan.to.principal, loan.key), requirement.value))
      const lent = await attempt((keeper) => keeper.lend(loan, deps()))
      return lent.is === "done" ? { is: "lent" } : lent
    },
    async giveBack(loan) {
      await attempt((keeper) => keeper.giveBack(loan, deps()))
    },
  }
}

/** `cognito-idp.amazonaws.com` has another name in each region: `cognito-idp.eu-west-1.amazonaws.com`. */
const viaServiceOf = (principal: string, key: string): string =>
  principal.replace(/\.amazonaws\.com$/, `.${key.split(":")[3]}.amazonaws.com`)

const via = (service: string, requirement: Requirement): Requirement => ({
  ...requirement,
  calledVia: [service.replace(/\.[a-z0-9-]+\.amazonaws\.com$/, ".amazonaws.com")],
  context: { ...(requirement.context as Record<string, string>), "kms:ViaService": service },
})
