import { execFile, execFileSync } from "node:child_process"
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestServer } from "./server.ts"

/** A directory in which Terraform has been initialized against a server. */
export interface Terraform extends AsyncDisposable {
  /** Where files that the configuration names lie. */
  directory: string
  /** Runs a command; the code that it ended with, and what it said. */
  run(command: string, ...flags: string[]): Promise<{ code: number; output: string }>
}

/**
 * Why Terraform cannot be tried here; undefined where it can. Its AWS provider is in no registry of packages, so it is no part of
 * the tests that must run everywhere: HALLPASS_TEST_TERRAFORM_PROVIDERS names a directory that is a mirror of providers.
 */
export function missingTerraform(): string | undefined {
  const mirror = process.env.HALLPASS_TEST_TERRAFORM_PROVIDERS
  if (mirror === undefined) return "HALLPASS_TEST_TERRAFORM_PROVIDERS names no mirror of providers"
  if (!existsSync(join(mirror, "registry.terraform.io/hashicorp/aws"))) return `there is no AWS provider in ${mirror}`
  try {
    execFileSync("terraform", ["version"], { stdio: "ignore" })
    return undefined
  } catch {
    return "there is no terraform on the PATH"
  }
}

export async function openTerraform(configuration: string, server: TestServer): Promise<Terraform> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-terraform-"))
  copyFileSync(configuration, join(directory, "main.tf"))
  const rc = join(directory, "terraform.rc")
  const mirror = JSON.stringify(process.env.HALLPASS_TEST_TERRAFORM_PROVIDERS)
  writeFileSync(rc, `provider_installation {\n  filesystem_mirror { path = ${mirror} }\n}\n`)
  const { accessKeyId, secretAccessKey } = server.client.credentials
  const env = {
    ...process.env,
    TF_CLI_CONFIG_FILE: rc,
    TF_IN_AUTOMATION: "1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    TF_VAR_endpoint: server.url,
    CHECKPOINT_DISABLE: "1",
  }
  const run: Terraform["run"] = (command, ...flags) =>
    new Promise((resolve) => {
      const args = [command, "-no-color", "-input=false", ...flags]
      execFile("terraform", args, { cwd: directory, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, output: stdout + stderr }),
      )
    })
  const { code, output } = await run("init")
  if (code !== 0) throw new Error(output)
  return { directory, run, [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }) }
}
