import type { DocumentType } from "@smithy/types"
import { invalidParameter } from "../errors.ts"
import defaults from "./default-settings.json" with { type: "json" }

/** The `Settings` of a style, whole. Colours are eight hexadecimal digits: red, green, blue and how opaque. */
export type Settings = typeof defaults

/** The style that AWS provides, as the example of CreateManagedLoginBranding prints it. */
export const DEFAULT_SETTINGS: Settings = defaults

/** A part of a document that leaves out whatever is as in the style that AWS provides. */
export type PartialSettings = { [name: string]: DocumentType }

/**
 * What may stand in the place of words that are one of several. AWS keeps a schema of them and does not print it:
 * UNVERIFIED, but for those of the default style and the modes of colour that assets have.
 */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  "categories.auth.federation.interfaceStyle": ["BUTTON_LIST", "DROPDOWN", "DOMAIN_SEARCH"],
  "categories.form.location.horizontal": ["START", "CENTER", "END"],
  "categories.form.location.vertical": ["START", "CENTER", "END"],
  "categories.form.sessionTimerDisplay": ["NONE", "STATIC", "DYNAMIC"],
  "categories.global.colorSchemeMode": ["LIGHT", "DARK", "DYNAMIC"],
  "categories.global.spacingDensity": ["REGULAR", "COMPACT", "COMFORTABLE"],
  "components.form.logo.formInclusion": ["IN", "OUT"],
  "components.form.logo.location": ["START", "CENTER", "END"],
  "components.form.logo.position": ["TOP", "BOTTOM"],
  "components.pageFooter.logo.location": ["START", "CENTER", "END"],
  "components.pageHeader.logo.location": ["START", "CENTER", "END"],
  "components.phoneNumberSelector.displayType": ["TEXT", "FLAG"],
}

const COLOUR = /^[0-9a-f]{8}$/i
const RADIUS_AT_MOST = 1000
/** Lists of the document are short: methods, providers, types of icons. */
const LIST_AT_MOST = 300
const LIST_CHARACTERS = 32_768

/**
 * What a request says of the style, without what no style has: "Amazon Cognito ignores any values in your Settings object
 * that aren't in the schema" (Developer Guide, "The branding editor and customizing managed login"). Throws where a value is
 * of the wrong kind.
 */
export function parseSettings(given: unknown): PartialSettings {
  if (!isObject(given)) throw invalidSetting("Settings", "must be a JSON object")
  return parsePart(given, DEFAULT_SETTINGS, "")
}

function parsePart(given: PartialSettings, shape: object, path: string): PartialSettings {
  const kept: PartialSettings = {}
  for (const [name, expected] of Object.entries(shape)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value !== undefined) kept[name] = parseValue(value, expected, path === "" ? name : `${path}.${name}`)
  }
  return kept
}

function parseValue(value: DocumentType, expected: unknown, path: string): DocumentType {
  if (Array.isArray(expected)) {
    if (!Array.isArray(value) || value.length > LIST_AT_MOST || JSON.stringify(value).length > LIST_CHARACTERS)
      throw invalidSetting(path, "must be a list")
    return value
  }
  if (isObject(expected)) {
    if (!isObject(value)) throw invalidSetting(path, "must be an object")
    return parsePart(value, expected, path)
  }
  if (typeof value !== typeof expected) throw invalidSetting(path, `must be a ${typeof expected}`)
  if (typeof value === "number" && !(value >= 0 && value <= RADIUS_AT_MOST))
    throw invalidSetting(path, `must be from 0 to ${RADIUS_AT_MOST}`)
  if (typeof value === "string") assertText(value, path)
  return value
}

function assertText(value: string, path: string): void {
  const words = WORDS[path]
  if (words && !words.includes(value)) throw invalidSetting(path, `must be one of ${words.join(", ")}`)
  if (/color$/i.test(path) && !COLOUR.test(value)) throw invalidSetting(path, "must be a color of 8 hexadecimal digits")
}

/** UNVERIFIED text. */
const invalidSetting = (path: string, rule: string) => invalidParameter(`Invalid Settings: ${path} ${rule}.`)

const isObject = (value: unknown): value is PartialSettings =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** One document with what the other says put over it; lists are replaced as a whole. */
export function mergeSettings<T extends object>(under: T, over: PartialSettings): T {
  const merged = { ...under } as Record<string, unknown>
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name]
    merged[name] = isObject(value) && isObject(before) ? mergeSettings(before, value) : value
  }
  return merged as T
}
