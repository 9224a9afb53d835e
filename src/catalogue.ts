import type { CommandClass, Operation } from "./operation.ts"
import type { Service } from "./service.ts"
import {
  commandRoute,
  compileCodec,
  compileConstraints,
  compileRouter,
  type Dialect,
  dialects,
  knownOperations,
  limitsOf,
  type OperationCodec,
  type Route,
  type Router,
  type WireOptions,
} from "./wire/index.ts"
import { membersOf, operationShape } from "./wire/schema.ts"

/** An operation as it is served: its codec and its checks compiled. */
export interface ServedOperation {
  name: string
  /** `service:Operation`, what a requirement without an action of its own asks for. */
  action: string
  operation: Pick<Operation, "access" | "admit" | "handle">
  codec: OperationCodec
  /** The most bytes that its body may have, where that is read whole. */
  bodyBytes: number
  /** The text of what is wrong with the input by AWS's model, or undefined. */
  violations(input: unknown): string | undefined
}

export interface ServedService {
  service: Service
  operations: ReadonlyMap<string, ServedOperation>
  /** Every operation that AWS has, ours or not. */
  known: ReadonlySet<string>
  wire: WireOptions
  /** The most bytes of a body that an operation takes which asks for no signature; 0 where it has none such. */
  publicBytes: number
  /** Of the REST protocols: to the operation's name. */
  router: Router<string> | undefined
}

/** The services by each of the ways that a request can name them. */
export interface Catalogue {
  all: readonly ServedService[]
  /** By the service of a credential scope. */
  bySigningName: ReadonlyMap<string, ServedService>
  /** Those that share the signing name of another, and are told by their paths or targets. */
  sharing: readonly ServedService[]
  /** By the part of `X-Amz-Target` before the dot. */
  byTarget: ReadonlyMap<string, ServedService>
  /** Those that have hosts of their own, by the label of these: `lambda-url`. */
  bySiteLabel: ReadonlyMap<string, ServedService>
  /** Those whose hosts are found in other ways, too. */
  withSites: readonly ServedService[]
  /** What serves a request that names no service. */
  fallback: ServedService
  /** What a form is for that names no service yet: of those that take one unsigned, the one that takes the longest. */
  forms: ServedService
}

/** Compiles every codec, check and route. Done once, at the start: nothing walks a schema afterwards. */
export function compileCatalogue(services: readonly Service[]): Catalogue {
  const all = services.map(serve)
  const fallback = all.find(({ service }) => service.protocol === "restXml")
  if (!fallback) throw new Error("No service takes the requests that name none.")
  const [forms] = all
    .filter(({ service }) => service.protocol === "awsQuery")
    .sort((a, b) => b.publicBytes - a.publicBytes)
  if (!forms) throw new Error("No service takes forms.")
  return {
    all,
    bySigningName: new Map(all.map((served) => [served.service.name, served])),
    sharing: all.filter(({ service }) => service.shares),
    byTarget: new Map(
      all.flatMap((served) => (served.service.targetPrefix ? [[served.service.targetPrefix, served]] : [])),
    ),
    bySiteLabel: new Map(all.flatMap((served) => (served.service.sites ? [[served.service.sites.label, served]] : []))),
    withSites: all.filter(({ service: { sites } }) => sites?.awsDomain || sites?.pathPrefix || sites?.findNamed),
    fallback,
    forms,
  }
}

/** What its actions begin with, and requests to it are signed as. */
export const prefixOf = ({ name, shares }: Service): string => shares?.signingName ?? name

function serve(service: Service): ServedService {
  const { protocol, options } = dialectOf(service)
  const operations = new Map<string, ServedOperation>()
  for (const operation of service.operations) {
    const { name } = operation
    const limits = limitsOf(service.bodyLimits, name)
    operations.set(name, {
      name,
      action: `${prefixOf(service)}:${name}`,
      operation,
      codec: compileCodec(protocol, operation.Command, options, limits),
      bodyBytes: limits.bytes,
      violations: service.validationCode
        ? compileConstraints(
            service.constraints,
            name,
            service.patternText,
            service.tellsInputs ? bodyPaths(operation.Command) : undefined,
          )
        : () => undefined,
    })
  }
  return {
    service,
    wire: options,
    operations,
    publicBytes: Math.max(
      0,
      ...[...operations.values()].map(({ operation, bodyBytes }) => (isPublic(operation) ? bodyBytes : 0)),
    ),
    known: knownOperations(service.constraints),
    router: service.client && compileRouter(routesOf(service.client, options)),
  }
}

/** `putIntegrationInput.type` of what the body has, and `statusCode` of what is in the path, the query and the headers. */
function bodyPaths(Command: CommandClass): (member: string) => string {
  const { name, input } = operationShape(Command)
  const prefix = `${name.charAt(0).toLowerCase()}${name.slice(1)}Input`
  const elsewhere = new Set(
    membersOf(input).flatMap(({ memberName, member }) =>
      member.httpLabel || member.httpQuery || member.httpHeader || member.httpQueryParams ? [memberName] : [],
    ),
  )
  return (member) => (elsewhere.has(member) ? member : `${prefix}.${member}`)
}

/** Whether anybody may call it without a signature. */
export const isPublic = ({ access }: Pick<Operation, "access">): boolean =>
  access === "public" || access === "accessToken"

function dialectOf({ name }: Service): Dialect {
  const dialect: Dialect | undefined = Object.hasOwn(dialects, name)
    ? dialects[name as keyof typeof dialects]
    : undefined
  if (!dialect) throw new Error(`No dialect is known of ${name}.`)
  return dialect
}

/** Where every operation of the service is found, ours or not, by its name. */
function* routesOf(client: Readonly<Record<string, unknown>>, options: WireOptions): Generator<[Route, string]> {
  for (const [name, Command] of Object.entries(client))
    if (/^[A-Z]\w+Command$/.test(name))
      yield [commandRoute(Command as CommandClass, options), name.slice(0, -"Command".length)]
}
