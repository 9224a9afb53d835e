import { createHash } from "node:crypto"
import { formatArn } from "../../../base/arn.ts"

/** Of the runtimes as this server brings them; AWS counts its own. */
const RELEASE = "v1"

/** `nodejs:24.v1` */
export function versionName(runtime: string): string {
  const [, language, number = ""] = /^([a-z]+?)((?:\d|\.al).*?)?(?:\.x)?$/.exec(runtime) ?? []
  return `${language ?? runtime}:${number.replace(/^\./, "")}.${RELEASE}`
}

/** AWS names each build of a runtime by a digest; there is one build of each here. Functions' logs and configurations tell it. */
export function versionArn({ region, runtime }: { region: string; runtime: string }): string {
  const digest = createHash("sha256").update(`hallpass runtime ${runtime}`).digest("hex")
  return formatArn({ service: "lambda", region, account: "", resource: `runtime:${digest}` })
}
