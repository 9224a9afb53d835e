import { createHash, randomBytes } from "node:crypto"
import { Agent, type IncomingMessage, request } from "node:http"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { CONNECTIONS, type Measured, measureByTurns } from "./load.ts"
import { REGION, ROOT_KEYS, type Subject, startHallpass, startOidcProvider } from "./subjects.ts"

const CALLBACK = "https://app.example/callback"
const USERNAME = "ann"
const PASSWORD = "Passw0rd!bench"

/** Where a flow begins and ends, and what the client is called there. */
interface Flow {
  subject: Subject
  authorize: string
  token: string
  clientId: string
}

interface Answer {
  status: number
  location: string | undefined
  body: string
}

/** A browser of one visit, and the application behind it: authorize, page, form, code, tokens. */
class Visit {
  readonly #cookies = new Map<string, string>()
  readonly #agent: Agent
  bytes = 0

  constructor(agent: Agent) {
    this.#agent = agent
  }

  async ask(url: string, form?: Record<string, string>): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const headers = {
      ...(cookie && { cookie }),
      ...(form && { "content-type": "application/x-www-form-urlencoded" }),
    }
    const asked = request(url, { agent: this.#agent, method: form ? "POST" : "GET", headers })
    asked.end(form && new URLSearchParams(form).toString())
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      asked.on("response", resolve).on("error", reject),
    )
    let body = ""
    for await (const piece of answer.setEncoding("utf8")) body += piece
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      this.#cookies.set(name!, value!)
    }
    const { location } = answer.headers
    return { status: answer.statusCode!, location: location && new URL(location, url).href, body }
  }

  async signIn({ authorize, token, clientId }: Flow): Promise<void> {
    const verifier = randomBytes(32).toString("base64url")
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: "code",
      redirect_uri: CALLBACK,
      scope: "openid email",
      state: "s",
      nonce: "n",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    })
    const code = await this.#codeFrom(`${authorize}?${query}`)
    const form = {
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    }
    const { status, body } = await this.ask(token, form)
    if (status !== 200 || !("id_token" in JSON.parse(body))) throw new Error(`no tokens: ${status} ${body}`)
  }

  async #codeFrom(url: string): Promise<string> {
    let at = url
    for (let steps = 0; steps < 10; steps++) {
      if (at.startsWith(CALLBACK)) return new URL(at).searchParams.get("code")!
      let answer = await this.ask(at)
      if (answer.status === 200) {
        this.bytes = Buffer.byteLength(answer.body)
        answer = await this.#submit(at, answer.body)
      }
      if (!answer.location) throw new Error(`stopped at ${at}: ${answer.status} ${answer.body}`)
      at = answer.location
    }
    throw new Error(`too many redirects: ${at}`)
  }

  #submit(at: string, page: string): Promise<Answer> {
    const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page)!
    const fields: Record<string, string> = {}
    for (const [input] of form[2]!.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(input)?.[1]
      if (name) fields[name] = /value="([^"]*)"/.exec(input)?.[1] ?? ""
    }
    const action = new URL(form[1]!.replaceAll("&amp;", "&").replaceAll("&#38;", "&"), at).href
    return this.ask(action, { ...fields, username: USERNAME, password: PASSWORD })
  }
}

/** So many visits, some at a time; each is a browser of its own. */
async function measureFlows(flow: Flow, count: number): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const [cpuBefore, before] = [await flow.subject.cpuSeconds(), performance.now()]
  let left = count
  const visitor = async () => {
    while (left-- > 0) await new Visit(agent).signIn(flow)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, visitor))
  const [cpu, seconds] = [(await flow.subject.cpuSeconds()) - cpuBefore, (performance.now() - before) / 1000]
  agent.destroy()
  return { requestsPerSecond: count / seconds, cpuMicrosecondsPerRequest: (cpu * 1e6) / count }
}

async function prepare(subject: Subject): Promise<Flow> {
  const idp = new CognitoIdentityProvider({ endpoint: subject.url, region: REGION, credentials: ROOT_KEYS })
  const { UserPool } = await idp.createUserPool({ PoolName: "people" })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.createUserPoolClient({
    UserPoolId,
    ClientName: "web",
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email"],
    CallbackURLs: [CALLBACK],
    SupportedIdentityProviders: ["COGNITO"],
  })
  await idp.createUserPoolDomain({ UserPoolId, Domain: "people" })
  const UserAttributes = [{ Name: "email", Value: "ann@example.com" }]
  await idp.adminCreateUser({ UserPoolId, Username: USERNAME, MessageAction: "SUPPRESS", UserAttributes })
  await idp.adminSetUserPassword({ UserPoolId, Username: USERNAME, Password: PASSWORD, Permanent: true })
  idp.destroy()
  const base = `${subject.url}/_auth/${REGION}/people/oauth2`
  return { subject, authorize: `${base}/authorize`, token: `${base}/token`, clientId: UserPoolClient!.ClientId! }
}

const ROUNDS = 5
const FLOWS = 300
const WARM_UP = 2_000

/** A code flow end to end, beside oidc-provider's. */
export async function run(print: (line: string) => void): Promise<void> {
  using hallpass = await startHallpass()
  using peer = await startOidcProvider(CALLBACK)
  const own = await prepare(hallpass)
  const theirs = { subject: peer, authorize: `${peer.url}/auth`, token: `${peer.url}/token`, clientId: "bench" }
  for (const flow of [own, theirs]) await measureFlows(flow, WARM_UP)
  const measured = await measureByTurns(ROUNDS, [() => measureFlows(own, FLOWS), () => measureFlows(theirs, FLOWS)])
  const visit = new Visit(new Agent())
  await visit.signIn(own)
  for (const [i, name] of ["Hallpass, a password known", "oidc-provider, no password"].entries()) {
    const { cpuMicrosecondsPerRequest, requestsPerSecond } = measured[i]!
    print(
      `${name.padEnd(32)} ${Math.round(cpuMicrosecondsPerRequest)} us of CPU a sign-in, ${Math.round(requestsPerSecond)} a second`,
    )
  }
  print(`${"the page itself".padEnd(32)} ${visit.bytes} bytes`)
}
