/** A session of a role that a service of this server acts as by itself: of a function's execution role. */
export interface Actor {
  roleArn: string
  sessionName: string
  region: string
  /** Of what: the function. It is told beside what is refused. */
  onBehalfOf: string
  /** Condition keys that the session has: `lambda:SourceFunctionArn`. */
  context: Readonly<Record<string, string>>
}
