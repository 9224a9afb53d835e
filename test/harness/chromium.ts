import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { findOrInstall } from "./debian.ts"

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/** What is waited for comes in a second, or in minutes on a machine that is busy with something else. */
const PATIENCE_MILLISECONDS = 180_000

/**
 * Debian's Chromium, headless, with a profile of its own that is thrown away. Where there is none and none can be
 * installed, the reason: tests are then skipped with it, but on CI (`CI=true`) this throws.
 */
export async function launchChromium(): Promise<Browser | string> {
  try {
    return await chromium.launch({
      executablePath: findOrInstall("chromium"),
      args: FLAGS,
      timeout: PATIENCE_MILLISECONDS,
    })
  } catch (error) {
    const reason = `NO CHROMIUM: ${(error as Error).message}`
    if (process.env.CI === "true") throw new Error(reason, { cause: error })
    console.error(`\n*** ${reason}: the browser tests are skipped ***\n`)
    return reason
  }
}

/** Wide and narrow, as a desk and a telephone are. */
export const WIDE: BrowserContextOptions = { viewport: { width: 1280, height: 900 } }
export const NARROW: BrowserContextOptions = { viewport: { width: 390, height: 844 } }

export interface Watched {
  page: Page
  /** What the page itself did wrong: uncaught errors, and console errors that no refused request explains. */
  faults: string[]
}

/** A page as a new visitor has it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = WIDE): Promise<Watched> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE_MILLISECONDS)
  const page = await context.newPage()
  const faults: string[] = []
  page.on("pageerror", (error) => faults.push(String(error)))
  page.on("console", (message) => {
    // A request that is refused is logged by the browser; refusals are what these pages show.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text())
  })
  return { page, faults }
}

/** Kept where HALLPASS_SCREENSHOTS names a folder, in both widths. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.HALLPASS_SCREENSHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  const before = page.viewportSize()!
  for (const [suffix, { viewport }] of [["wide", WIDE] as const, ["narrow", NARROW] as const]) {
    await page.setViewportSize(viewport!)
    await page.screenshot({ path: join(folder, `${name}-${suffix}.png`), fullPage: true })
  }
  await page.setViewportSize(before)
}
