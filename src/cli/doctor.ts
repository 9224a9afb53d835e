import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import { printable } from "../base/printable.ts"
import { assertNoMore, clientEnvironment, parseFlags, wantsColour } from "../config.ts"
import { painter } from "../policy-tools/explanation/format.ts"

const HELP = `hallpass doctor: what is wrong with the environment of an AWS client, and how to mend it

Looks at the AWS_ variables of this shell, as an SDK would: endpoint, credentials, region, and the server's clock.

  --json            as JSON

Exit code: 0 all is well, 1 something is to be mended.

Example: npx hallpass doctor`

interface Finding {
  what: string
  isWell: boolean
  /** What to do. */
  mend?: string
}

type Environment = Readonly<Record<string, string | undefined>>

const ENV = 'eval "$(npx hallpass env)"'
const PATIENCE_MILLISECONDS = 5_000
/** SigV4's window is 15 minutes. */
const SKEW_MILLISECONDS = 5 * 60_000

export const doctor = {
  summary: "say what is wrong with a client's environment, and how to mend it",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const findings = await examine(clientEnvironment())
    if (values.json) console.log(JSON.stringify({ findings }, null, 2))
    else {
      const paint = painter(wantsColour(process.stdout))
      for (const { what, isWell, mend } of findings) {
        console.log(`${isWell ? paint("green", "ok  ") : paint("red", "mend")}  ${printable(what)}`)
        if (mend !== undefined) console.log(`      ${printable(mend)}`)
      }
    }
    if (findings.some(({ isWell }) => !isWell)) process.exitCode = 1
  },
}

const well = (what: string): Finding => ({ what, isWell: true })
const ill = (what: string, mend: string): Finding => ({ what, isWell: false, mend })

async function examine(environment: Environment): Promise<Finding[]> {
  const findings = [...ofVariables(environment)]
  const endpoint = environment.AWS_ENDPOINT_URL
  if (endpoint === undefined || !URL.canParse(endpoint)) return findings
  const server = await ofServer(endpoint)
  findings.push(...server)
  if (server[0]!.isWell && environment.AWS_ACCESS_KEY_ID && environment.AWS_SECRET_ACCESS_KEY)
    findings.push(await ofCredentials(endpoint, environment))
  return findings
}

function* ofVariables(environment: Environment): Generator<Finding> {
  const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = environment
  if (endpoint === undefined) yield ill("AWS_ENDPOINT_URL is not set: clients go to AWS.", `${ENV} sets it.`)
  else if (!URL.canParse(endpoint)) yield ill(`AWS_ENDPOINT_URL is '${endpoint}', which is no URL.`, `${ENV} sets it.`)
  else yield well(`AWS_ENDPOINT_URL is ${endpoint}.`)
  for (const [name, value] of Object.entries(environment))
    if (name.startsWith("AWS_ENDPOINT_URL_") && value !== endpoint)
      yield ill(`${name} sends one service to ${value}.`, `'unset ${name}', unless that is meant.`)
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === "true")
    yield ill("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true: clients go to AWS all the same.", "Unset it.")
  if (environment.AWS_PROFILE !== undefined)
    yield ill(
      `AWS_PROFILE is ${environment.AWS_PROFILE}: some clients take its credentials first.`,
      "unset AWS_PROFILE",
    )
  if (id === undefined || secret === undefined)
    yield ill("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set.", `${ENV} sets the root's.`)
  else if (/[/+]|^.{40}$/.test(id))
    yield ill("AWS_ACCESS_KEY_ID looks like a secret.", "Exchange it with AWS_SECRET_ACCESS_KEY.")
  else if (id.startsWith("ASIA") && !environment.AWS_SESSION_TOKEN)
    yield ill(`${id} is a temporary key, and AWS_SESSION_TOKEN is not set.`, "Set the token that came with it.")
  else if (!id.startsWith("ASIA") && environment.AWS_SESSION_TOKEN)
    yield ill("AWS_SESSION_TOKEN is set, and the access key is none of a session.", "unset AWS_SESSION_TOKEN")
  else yield well(`The access key is ${id}.`)
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION
  if (region === undefined) yield ill("AWS_REGION is not set.", `${ENV} sets it.`)
  else if (environment.AWS_DEFAULT_REGION !== undefined && environment.AWS_DEFAULT_REGION !== region)
    yield ill(
      `AWS_REGION is ${region}, AWS_DEFAULT_REGION is ${environment.AWS_DEFAULT_REGION}.`,
      "Let them be the same.",
    )
  else yield well(`The region is ${region}.`)
}

async function ofServer(endpoint: string): Promise<Finding[]> {
  const start = Date.now()
  const answer = await get(new URL("/_hallpass/health", endpoint)).catch((error: Error) => error)
  if (answer instanceof Error) {
    const why = (answer.cause as Error | undefined)?.message ?? answer.message
    return [
      ill(`Nothing answers at ${endpoint}: ${why}.`, "'hallpass start' runs a server; 'hallpass status' says where."),
    ]
  }
  const health = (await answer.json().catch(() => ({}))) as { status?: string }
  if (health.status === undefined)
    return [ill(`What answers at ${endpoint} is not Hallpass.`, `Look at the address and the port: ${ENV} sets them.`)]
  const found = [
    health.status === "ok"
      ? well(`Hallpass answers at ${endpoint}.`)
      : ill(`Hallpass says it is ${health.status}.`, "Look at its log."),
  ]
  const skew = Date.parse(answer.headers.get("date") ?? "") - (start + Date.now()) / 2
  if (Math.abs(skew) > SKEW_MILLISECONDS)
    found.push(
      ill(
        `The server's clock is ${Math.round(Math.abs(skew) / 60_000)} minutes ${skew > 0 ? "ahead" : "behind"}.`,
        "'hallpass clock now' brings a moved one back; else set this machine's.",
      ),
    )
  else if (!Number.isNaN(skew)) found.push(well("The clocks agree."))
  return found
}

/** Asks who the credentials are, as `aws sts get-caller-identity` does. */
async function ofCredentials(endpoint: string, environment: Environment): Promise<Finding> {
  const url = new URL(endpoint)
  const signer = new SignatureV4({
    service: "sts",
    region: environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? "us-east-1",
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID!,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY!,
      ...(environment.AWS_SESSION_TOKEN && { sessionToken: environment.AWS_SESSION_TOKEN }),
    },
    sha256: Sha256,
  })
  const body = "Action=GetCallerIdentity&Version=2011-06-15"
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    headers: { host: url.host, "content-type": "application/x-www-form-urlencoded" },
    body,
  })
  const answer = await fetch(new URL("/", url), {
    method: "POST",
    headers,
    body,
    signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
  })
  const text = await answer.text()
  if (answer.ok) return well(`The credentials are of ${/<Arn>([^<]*)/.exec(text)?.[1]}.`)
  const why = `${/<Code>([^<]*)/.exec(text)?.[1] ?? answer.status}: ${/<Message>([^<]*)/.exec(text)?.[1] ?? ""}`
  return ill(`The credentials are refused: ${why}`, `${ENV} sets good ones; 'hallpass explain' says more.`)
}

const get = (url: URL): Promise<Response> => fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) })
