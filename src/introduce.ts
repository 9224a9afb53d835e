import { decideDelivery } from "./authorization/deliveries.ts"
import { parseArn } from "./base/arn.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { type CallRecord, newEventRecord } from "./control/call-record.ts"
import type { Delivery, Peers, Receipt } from "./peers.ts"
import type { Receiver, Service } from "./service.ts"

/** Makes the services known to each other. `deps` is asked for at the first need: they hold what is made here. */
export function introduce(services: readonly Service[], deps: () => Deps, record: (call: CallRecord) => void): Peers {
  const issuers = services.flatMap(({ issues }) => issues ?? [])

  async function deliver(service: Service, receiver: Receiver, delivery: Delivery, call: CallRecord): Promise<Receipt> {
    const isAllowed = await decideDelivery(service, receiver.action, delivery, deps(), call.judged)
    if (isAllowed) return receiver.receive(delivery, deps())
    const message = `${delivery.from.principal} is not authorized to perform: ${receiver.action} on resource: ${delivery.arn}`
    return { is: "refused", code: "AccessDeniedException", message }
  }

  return {
    async verifyToken(issuer, token) {
      return issuers.find(({ isIssuer }) => isIssuer(issuer))?.verify(token, deps())
    },
    async send(delivery) {
      const { arn, from } = delivery
      const service = services.find(({ receives }) => receives?.isReceiver(arn))
      const call = newEventRecord(randomUUID(), from, deps().clock.now())
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
