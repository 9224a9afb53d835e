import { actorArn, createActing, isAllowed, type RoleSource } from "./authorization/actors.ts"
import { decideDelivery } from "./authorization/deliveries.ts"
import type { Judged } from "./authorization/judgement.ts"
import type { Requirement } from "./authorization/requirement.ts"
import { parseArn } from "./base/arn.ts"
import { BoundedCache } from "./base/bounded-cache.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { createCalls } from "./calls.ts"
import type { Catalogue } from "./catalogue.ts"
import { type CallRecord, newEventRecord } from "./control/call-record.ts"
import { createForwarding } from "./forward.ts"
import { createKeys } from "./introduce-keys.ts"
import type { Actor, Delivery, Peers, Receipt, Sender } from "./peers.ts"
import { formatRefusal } from "./policy/index.ts"
import type { OwnFunctions, Receiver, Recipient } from "./service.ts"

/** The same refusal of the same role is recorded once in so long. */
const TOLD_AGAIN_MILLISECONDS = 60_000

/** Makes the services known to each other. `deps` is asked for at the first need: they hold what is made here. */
export function introduce(
  catalogue: Pick<Catalogue, "all" | "bySigningName">,
  deps: () => Deps,
  record: (call: CallRecord) => void,
  roles: RoleSource,
  own?: OwnFunctions,
): Peers {
  const services = catalogue.all.map(({ service }) => service)
  const recipients: readonly Recipient[] = own ? [own.recipient, ...services] : services
  const issuers = services.flatMap(({ issues }) => issues ?? [])
  const keeper = services.find(({ keepsLogs }) => keepsLogs)
  const trials = services.find(({ tries }) => tries)?.tries
  const mayAct = createActing(services, deps, roles)
  const told = new BoundedCache<string, number>(2_000)

  async function deliver(
    service: Recipient,
    receiver: Receiver,
    delivery: Delivery,
    call: CallRecord,
  ): Promise<Receipt> {
    const { from, arn } = delivery
    const { action } = receiver
    if (isActor(from)) {
      call.judged = await mayAct(from, { action, resource: arn })
      if (isAllowed(call.judged)) return receiver.receive(delivery, deps())
    } else if (await decideDelivery(service, { action, resource: arn }, from, deps(), call.judged)) {
      return receiver.receive(delivery, deps())
    }
    return refusedTo(from, action, arn, call.judged)
  }

  async function mayActOrTell(actor: Actor, requirement: Requirement & { action: string }): Promise<boolean> {
    const judged = await mayAct(actor, requirement)
    if (isAllowed(judged)) return true
    const { action, resource } = requirement
    const now = deps().clock.now()
    const key = `${actor.roleArn} ${actor.sessionName} ${action} ${resource}`
    const since = now - (told.find(key) ?? 0)
    if (since >= 0 && since < TOLD_AGAIN_MILLISECONDS) return false
    told.put(key, now)
    const call = newEventRecord(randomUUID(), senderOf(actor), now)
    const [service = "", operation] = action.split(":")
    const { code, message } = refusedTo(actor, action, resource, judged)
    record({ ...call, service, operation, judged, status: 403, errorCode: code, errorMessage: message })
    return false
  }

  return {
    async verifyToken(issuer, token) {
      return issuers.find(({ isIssuer }) => isIssuer(issuer))?.verify(token, deps())
    },
    async readToken(token) {
      for (const { read } of issuers) {
        const reading = await read?.(token, deps())
        if (reading) return reading
      }
      return undefined
    },
    async openObject(object, isAllowed) {
      const service = services.find(({ opensObjects }) => opensObjects)
      if (!service?.opensObjects) throw new Error("No service has objects.")
      return service.opensObjects(object, isAllowed, deps())
    },
    async send(delivery) {
      const { arn, from } = delivery
      const service = recipients.find(({ receives }) => receives?.isReceiver(arn))
      const call = newEventRecord(randomUUID(), senderOf(from), deps().clock.now())
      call.service = service?.name ?? parseArn(arn)?.service ?? ""
      if (service?.receives) call.operation = service.receives.action.slice(service.name.length + 1)
      let receipt: Receipt | undefined
      try {
        receipt = service?.receives
          ? await deliver(service, service.receives, delivery, call)
          : { is: "refused", code: "ResourceNotFoundException", message: `Nothing here is named ${arn}.` }
        return receipt
      } finally {
        if (receipt?.is === "refused") {
          call.errorCode = receipt.code
          call.errorMessage = receipt.message
        }
        call.status = receipt === undefined ? 500 : STATUSES[receipt.is]
        record(call)
      }
    },
    call: createCalls(catalogue, deps, roles, record),
    forward: createForwarding(catalogue, deps, roles, record),
    mayAct: mayActOrTell,
    async openLog(arn, as) {
      const opener = services.find(({ opens }) => opens?.isLog(arn))?.opens
      if (!opener) return { is: "missing" }
      for (const requirement of opener.toRead(arn))
        if (!(await mayActOrTell(as, requirement))) return { is: "denied", requirement }
      const log = await opener.open(arn, deps(), as)
      return log ? { is: "opened", log } : { is: "missing" }
    },
    tryMethod: async (trial) => trials?.method(trial, deps()),
    tryAuthorizer: async (trial) => trials?.authorizer(trial, deps()),
    async followMerge(tx, merge) {
      for (const service of services) await service.followsMerges?.(tx, merge)
    },
    keys: createKeys(services, deps, record),
    findStandIn: (service, what) => own?.findStandIn(service, what),
    async keepLogs(batches) {
      await keeper?.keepsLogs?.(batches, deps())
    },
  }
}

const isActor = (from: Sender | Actor): from is Actor => "roleArn" in from

const senderOf = (from: Sender | Actor) =>
  isActor(from) ? { principal: actorArn(from), sourceArn: from.onBehalfOf } : from

function refusedTo(from: Sender | Actor, action: string, arn: string, { kept }: Judged) {
  const decision = kept.findLast(({ decision }) => !decision.allowed)?.decision
  const who = isActor(from) ? `User: ${actorArn(from)}` : from.principal
  return {
    is: "refused" as const,
    code: "AccessDeniedException",
    message:
      isActor(from) && decision
        ? formatRefusal({ principalArn: actorArn(from), action, resource: arn, decision })
        : `${who} is not authorized to perform: ${action} on resource: ${arn}`,
  }
}

/** As the receiving service would have answered the same by wire. */
const STATUSES: Readonly<Record<Receipt["is"], number>> = {
  answered: 200,
  failed: 200,
  accepted: 202,
  late: 200,
  refused: 403,
}
