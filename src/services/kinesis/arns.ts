import { formatArn, parseArn } from "../../base/arn.ts"

/** Whose a stream is, and where. */
export interface StreamName {
  account: string
  region: string
  name: string
}

/** A consumer, as its ARN names it. */
export interface ConsumerName {
  stream: StreamName
  name: string
  /** Whole seconds since the epoch; undefined where the request names it without. */
  createdAt?: number
}

export const streamArn = ({ account, region, name }: StreamName): string =>
  formatArn({ service: "kinesis", account, region, resource: `stream/${name}` })

/** Without its time where that is not known: what a request by stream and name can say of it. */
export const consumerArn = ({ stream, name, createdAt }: ConsumerName): string =>
  `${streamArn(stream)}/consumer/${name}${createdAt === undefined ? "" : `:${createdAt}`}`

const STREAM = /^stream\/([a-zA-Z0-9_.-]{1,128})$/
const CONSUMER = /^stream\/([a-zA-Z0-9_.-]{1,128})\/consumer\/([a-zA-Z0-9_.-]{1,128})(?::(\d{1,15}))?$/

/** Undefined of what is no stream's ARN that there could be. */
export function parseStreamArn(text: string): StreamName | undefined {
  const home = parseHome(text)
  const [, name] = STREAM.exec(home?.resource ?? "") ?? []
  return home && name !== undefined ? { account: home.account, region: home.region, name } : undefined
}

export function parseConsumerArn(text: string): ConsumerName | undefined {
  const home = parseHome(text)
  const [, stream, name, createdAt] = CONSUMER.exec(home?.resource ?? "") ?? []
  if (!home || stream === undefined || name === undefined) return undefined
  return {
    stream: { account: home.account, region: home.region, name: stream },
    name,
    ...(createdAt !== undefined && { createdAt: Number(createdAt) }),
  }
}

function parseHome(text: string) {
  const { partition, service, account = "", region = "", resource = "" } = parseArn(text) ?? {}
  const isPossible = partition === "aws" && service === "kinesis" && /^\d{12}$/.test(account)
  return isPossible && /^[a-z0-9-]{1,64}$/.test(region) ? { account, region, resource } : undefined
}
