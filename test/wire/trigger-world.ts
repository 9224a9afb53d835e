import type { Triggers } from "../../src/testing/index.ts"

/** An event of a trigger, as a function gets it. */
export interface TriggerEvent {
  version: string
  triggerSource: string
  region: string
  userPoolId: string
  userName: string
  callerContext: { awsSdkVersion: string; clientId: string }
  // biome-ignore lint/suspicious/noExplicitAny: each trigger has members of its own
  request: Record<string, any>
  // biome-ignore lint/suspicious/noExplicitAny: each trigger has members of its own
  response: Record<string, any>
}

type Answering = (event: TriggerEvent) => unknown

/** Functions that write down what they are asked, in order, and answer as `behave` has them; unchanged otherwise. */
export interface Recorded {
  triggers: Triggers
  events: TriggerEvent[]
  sources(): string[]
  /** From now on. */
  behave(name: keyof Triggers, answer: Answering): void
  last(): TriggerEvent
  clear(): void
}

export function record(...names: (keyof Triggers)[]): Recorded {
  const events: TriggerEvent[] = []
  const behaviours = new Map<keyof Triggers, Answering>()
  const run = (name: keyof Triggers) => (event: TriggerEvent) => {
    events.push(structuredClone(event))
    const behaviour = behaviours.get(name)
    return behaviour ? behaviour(event) : event
  }
  return {
    triggers: Object.fromEntries(names.map((name) => [name, run(name)])),
    events,
    sources: () => events.map(({ triggerSource }) => triggerSource),
    behave: (name, answer) => behaviours.set(name, answer),
    last: () => events.at(-1)!,
    clear() {
      events.length = 0
    },
  }
}

/** A behaviour that fills the response. */
export const respond =
  (response: object): Answering =>
  (event) => ({ ...event, response: { ...event.response, ...response } })

export const throwing =
  (message: string): Answering =>
  () => {
    throw new Error(message)
  }
