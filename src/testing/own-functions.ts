import { formatArn } from "../base/arn.ts"
import type { Clock } from "../base/clock.ts"
import { randomUUID } from "../base/random.ts"
import type { Delivery, StandIn } from "../peers.ts"
import { compile } from "../policy/index.ts"
import type { OwnFunctions } from "../service.ts"
import { callFunction } from "./call-function.ts"
import type { TriggerFunction, TriggerName, Triggers } from "./triggers.ts"

interface Place {
  region: string
  accountId: string
}

/** The ARN under which the function can be named in a LambdaConfig. */
export const triggerArn = ({ region, accountId }: Place, name: TriggerName): string =>
  formatArn({ service: "lambda", region, account: accountId, resource: `function:in-this-process-${name}` })

const VERSION = /V[123]$/

/** What LambdaConfig calls it, and which version of the event it takes. */
const roleOf = (name: TriggerName): [what: string, version: string | undefined] => {
  const version = VERSION.exec(name)?.[0]
  const what = name.replace(VERSION, "")
  return [what[0]!.toUpperCase() + what.slice(1), version && `${version}_0`]
}

/**
 * The functions as what the server sends to: each stands for the trigger of every pool that configures none itself, and is
 * found by its ARN. Throws where two would stand for one.
 */
export function ownFunctions(place: Place, triggers: Triggers, clock: Clock): OwnFunctions {
  const byArn = new Map<string, TriggerFunction>()
  const standIns = new Map<string, StandIn>()
  for (const [name, run] of Object.entries(triggers) as [TriggerName, TriggerFunction | undefined][]) {
    if (run === undefined) continue
    const arn = triggerArn(place, name)
    const [what, version] = roleOf(name)
    if (standIns.has(what)) throw new TypeError(`There are two functions for ${what}.`)
    byArn.set(arn, run)
    standIns.set(what, { arn, ...(version && { version }) })
  }
  const policy = compile({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "FunctionsOfTheTest",
        Effect: "Allow",
        Principal: { Service: "cognito-idp.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: "*",
      },
    ],
  })
  return {
    findStandIn: (service, what) => (service === "cognito-idp" ? standIns.get(what) : undefined),
    recipient: {
      name: "lambda",
      resourceFacts: () => ({ account: place.accountId, policy }),
      receives: {
        isReceiver: (arn) => byArn.has(arn),
        action: "lambda:InvokeFunction",
        receive: (delivery: Delivery) =>
          callFunction(byArn.get(delivery.arn)!, { ...delivery, requestId: randomUUID() }, clock),
      },
    },
  }
}
