import type { NoUndefined } from "@smithy/types"
import type { Requirement } from "./authorization/requirement.ts"
import type { CallContext } from "./call.ts"

/** A command class of an AWS SDK client: its instances carry the runtime wire schema and the input and output types. */
export type CommandClass = new (
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own declarations take any client and any configuration
  ...input: any[]
) => {
  readonly input: object
  // biome-ignore lint/suspicious/noExplicitAny: see above
  resolveMiddleware(stack: any, configuration: any, options: any): (args: any) => Promise<{ output: object }>
}

/** A validated input: required members are there. */
export type InputOf<C extends CommandClass> = NoUndefined<InstanceType<C>["input"]>
/** What a handler answers. `$metadata` is the client's own. */
export type OutputOf<C extends CommandClass> = Omit<
  Awaited<ReturnType<ReturnType<InstanceType<C>["resolveMiddleware"]>>>["output"],
  "$metadata"
>

/** Where a request is at home: what an `access` function needs to write ARNs with. */
export interface Scope {
  region: string
  /** The account of the caller. */
  account: string
}

/**
 * What a caller needs to be let in.
 *
 * - `public`: nothing; not even a signature (`InitiateAuth`, `AssumeRoleWithWebIdentity`). A signature that is there is
 *   not looked at, as on AWS.
 * - `accessToken`: the handler verifies the access token in the input (`GetUser`).
 * - `anyPrincipal`: a valid signature and no permission (`GetCallerIdentity`).
 * - a function: the permissions, all of which must be held.
 */
export type Access<I> =
  | "public"
  | "accessToken"
  | "anyPrincipal"
  | ((input: I, scope: Scope) => Requirement | Requirement[])

export interface Operation<I = unknown, O = unknown> {
  readonly name: string
  readonly Command: CommandClass
  readonly access: Access<I>
  /** See `operation`. */
  admit?(input: I, context: CallContext): Promise<void>
  handle(input: I, context: CallContext): Promise<O>
}

/**
 * The one shape that every operation of every service has. `admit` is for what S3 decides in its own way and by the head of the
 * request alone: it throws the refusal before the body is taken, asks for no member of the body, and `handle` relies on nothing
 * that it did.
 */
export function operation<C extends CommandClass>(
  Command: C,
  definition: {
    access: Access<InputOf<C>>
    admit?(input: InputOf<C>, context: CallContext): Promise<void>
    handle(input: InputOf<C>, context: CallContext): Promise<OutputOf<C>>
  },
): Operation<InputOf<C>, OutputOf<C>> {
  return { name: Command.name.replace(/Command$/, ""), Command, ...definition }
}

/** The operations among what modules export, in their order. */
export const operationsOf = (modules: readonly object[]) =>
  modules.flatMap((module) => Object.values(module).filter(isOperation))

// biome-ignore lint/suspicious/noExplicitAny: each operation has types of its own
const isOperation = (exported: unknown): exported is Operation<any, any> =>
  typeof exported === "object" && exported !== null && "Command" in exported
