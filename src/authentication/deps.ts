import type { Clock } from "../base/clock.ts"
import type { MasterKey } from "../base/master-key.ts"
import type { AccessKey } from "./access-key.ts"

/** What it takes to know who calls. */
export interface AuthenticationDeps {
  clock: Clock
  masterKey: MasterKey
  /** The long-term key (`AKIA...`, or whatever the root's is called); at once where it is cached. */
  findAccessKey(accessKeyId: string): AccessKey | undefined | Promise<AccessKey | undefined>
  /** Where signatures that name no region are taken to be: S3's of Version 2. us-east-1 where not given. */
  defaultRegion?: string
}
