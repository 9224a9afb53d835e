import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { AxeResults } from "axe-core"
import type { Page } from "playwright-core"

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** What axe-core finds wrong with the page that is shown, by the names of its rules and the elements. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(source)
  const results = (await page.evaluate("axe.run()")) as AxeResults
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
