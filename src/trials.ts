import type { SignedCaller } from "./authentication/caller.ts"

/** A call of a method of an API that is being edited, by whoever edits it: nothing is authorized, nobody is counted. */
export interface MethodTrial {
  /** What a deployment of the API as it is now would be: the document that CreateDeployment writes. */
  deployment: object
  resourceId: string
  httpMethod: string
  /** `/pets/7?x=1`; where it is left out, the path of the resource. */
  pathWithQuery?: string
  body?: string
  headers?: Readonly<Record<string, string>>
  multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  stageVariables?: Readonly<Record<string, string>>
  caller: SignedCaller
  requestId: string
}

/** As TestInvokeMethod answers it. */
export interface MethodTrialAnswer {
  status: number
  body: string
  /** The last value of each. */
  headers: Readonly<Record<string, string>>
  multiValueHeaders: Readonly<Record<string, string[]>>
  log: string
  /** Milliseconds. */
  latency: number
}

/** The same of an authorizer of the deployment's. */
export interface AuthorizerTrial extends Omit<MethodTrial, "resourceId" | "httpMethod"> {
  authorizerId: string
}

/** As TestInvokeAuthorizer answers it. */
export interface AuthorizerTrialAnswer {
  /** What a caller would have been told: 0 where they would have been let in. */
  clientStatus: number
  log: string
  /** Milliseconds. */
  latency: number
  principalId?: string
  /** JSON text of the policy that the function returned. */
  policy?: string
  authorization?: Readonly<Record<string, string[]>>
  claims?: Readonly<Record<string, string>>
}

/** What makes such calls. */
export interface Trials<D> {
  /** Undefined where the deployment has no such method. */
  method(trial: MethodTrial, deps: D): Promise<MethodTrialAnswer | undefined>
  /** Undefined where it has no such authorizer. */
  authorizer(trial: AuthorizerTrial, deps: D): Promise<AuthorizerTrialAnswer | undefined>
}
