import { ConfigError, parseFlags } from "../config.ts"
import { ExportError } from "../policy-tools/groups-export/for-group.ts"
import { CommandFailure } from "./failure.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass export --aws: what policies with \${cognito:groups} are on AWS

Reads an identity pool of the running server, its roles and the groups of its user pools, and prints a role and a policy for
each group, the trust policies and the role mapping, in the words that AWS understands.

  --identity-pool ID  the pool, by its id or name (the only one with the tag hallpass:cognito-groups)
  --format FORMAT     yaml or json: a CloudFormation template; commands: AWS CLI commands (yaml)
  --data-dir PATH     the server that keeps its data there (./.hallpass)
  --port NUMBER       the server that listens there        (4566)

AWS gives a person one role at a time. Someone in several groups has that of the lowest precedence, where Hallpass's policy
gives all of them at once.

Example: hallpass export --aws --identity-pool Shop > groups.yaml`

const FORMATS = ["yaml", "json", "commands"]

export const exportCommand = {
  summary: "write policies with ${cognito:groups} as AWS understands them",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      ...SERVER_FLAGS,
      aws: { type: "boolean" },
      "identity-pool": { type: "string" },
      format: { type: "string" },
    })
    if (values.help) return console.log(HELP)
    if (!values.aws || positionals.length > 0)
      throw new ConfigError("it exports to AWS alone: say --aws. 'hallpass export --help' says more.")
    const format = values.format ?? "yaml"
    if (!FORMATS.includes(format)) throw new ConfigError(`--format '${format}' is none of ${FORMATS.join(", ")}.`)
    const server = await findServer(values)
    const { planFromServer } = await import("../policy-tools/groups-export/read.ts")
    const { formatYaml, templateOf } = await import("../policy-tools/groups-export/template.ts")
    const { commandsOf } = await import("../policy-tools/groups-export/commands.ts")
    const plan = await planFromServer(server, values["identity-pool"]).catch((error) => {
      throw error instanceof ExportError ? new CommandFailure(error.message) : error
    })
    if (format === "commands") return console.log(commandsOf(plan))
    const template = templateOf(plan)
    console.log(format === "json" ? JSON.stringify(template, null, 2) : formatYaml(template))
  },
}
