import { createHash } from "node:crypto"
import { type Signer, signRequest } from "../../../authentication/sign-request.ts"
import { parseArn } from "../../../base/arn.ts"
import type { DueDelivery } from "../asynchronous/event.ts"
import type { Elsewhere } from "./targets.ts"

interface Plain {
  type: string
  /** `X-Amz-Target` */
  target?: string
  body: string
}

/** A request that sends a message to a queue, a topic or a bus, signed as its sender. */
export function signedRequest(
  service: Elsewhere,
  endpoint: string,
  delivery: DueDelivery,
  signer: Omit<Signer, "service">,
): { url: string; method: "POST"; headers: Record<string, string>; body: string } {
  const { type, target, body } = BODIES[service](delivery, endpoint)
  const { host, pathname } = new URL(`${endpoint}/`)
  const { host: _, ...headers } = signRequest(
    { ...signer, service },
    {
      method: "POST",
      path: pathname,
      query: "",
      headers: { host, "content-type": type, ...(target !== undefined && { "x-amz-target": target }) },
      payloadHash: createHash("sha256").update(body).digest("hex"),
    },
  )
  return { url: `${endpoint}/`, method: "POST", headers, body }
}

const BODIES: Readonly<Record<Elsewhere, (delivery: DueDelivery, endpoint: string) => Plain>> = {
  // SQS API Reference, SendMessage, by its JSON protocol.
  sqs({ to, message, attributes = {} }, endpoint) {
    const { account, resource } = parseArn(to)!
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }]),
    )
    return {
      type: "application/x-amz-json-1.0",
      target: "AmazonSQS.SendMessage",
      body: JSON.stringify({ QueueUrl: `${endpoint}/${account}/${resource}`, MessageBody: message, MessageAttributes }),
    }
  },
  // SNS API Reference, Publish.
  sns({ to, message, attributes = {} }) {
    const form = new URLSearchParams({ Action: "Publish", Version: "2010-03-31", TopicArn: to, Message: message })
    for (const [at, [name, { type, value }]] of Object.entries(attributes).entries()) {
      const entry = `MessageAttributes.entry.${at + 1}`
      form.set(`${entry}.Name`, name)
      form.set(`${entry}.Value.DataType`, type)
      form.set(`${entry}.Value.StringValue`, value)
    }
    return { type: "application/x-www-form-urlencoded", body: form.toString() }
  },
  // EventBridge API Reference, PutEvents. Source and resources as recorded 11-2025.
  events({ to, message, detailType = "", functionArn = "" }) {
    const entry = {
      Source: "lambda",
      DetailType: detailType,
      Detail: message,
      EventBusName: to,
      Resources: [to, functionArn],
    }
    return {
      type: "application/x-amz-json-1.1",
      target: "AWSEvents.PutEvents",
      body: JSON.stringify({ Entries: [entry] }),
    }
  },
}
