import { html, type SafeHtml } from "@remix-run/html-template"
import { type Field, textField } from "./fields.ts"
import type { Texts } from "./languages/index.ts"
import type { Page } from "./page.ts"

type Standard = keyof Texts["attributes"]

/** How each is typed and what browsers fill it in from. Source: HTML, "Autofill". */
const INPUTS: Readonly<Record<Standard, Pick<Field, "type" | "autocomplete" | "inputMode">>> = {
  address: { autocomplete: "street-address" },
  birthdate: { type: "date", autocomplete: "bday" },
  email: { type: "email", autocomplete: "email" },
  family_name: { autocomplete: "family-name" },
  gender: { autocomplete: "sex" },
  given_name: { autocomplete: "given-name" },
  locale: { autocomplete: "language" },
  middle_name: { autocomplete: "additional-name" },
  name: { autocomplete: "name" },
  nickname: { autocomplete: "nickname" },
  phone_number: { type: "tel", autocomplete: "tel" },
  picture: { type: "url", autocomplete: "photo" },
  preferred_username: { autocomplete: "nickname" },
  profile: { type: "url", autocomplete: "url" },
  updated_at: { inputMode: "numeric" },
  website: { type: "url", autocomplete: "url" },
  zoneinfo: {},
}

const isStandard = (name: string): name is Standard => Object.hasOwn(INPUTS, name)

/** As the classic pages call them: scrapers and tests fill them in by it. */
const fieldName = (attribute: string): string => `requiredAttributes[${attribute}]`

/** A field for each attribute, with what was typed before. */
export const attributeFields = ({ texts }: Page, names: readonly string[], form?: URLSearchParams): SafeHtml =>
  html`${names.map((name) =>
    textField({
      id: `attribute-${name.replace(":", "-")}`,
      name: fieldName(name),
      label: attributeLabel(texts, name),
      value: form?.get(fieldName(name)) ?? undefined,
      ...(name === "phone_number" && { hint: texts.phoneHint }),
      ...(isStandard(name) ? INPUTS[name] : {}),
    }),
  )}`

export const attributeLabel = ({ attributes }: Texts, name: string): string =>
  isStandard(name) ? attributes[name] : name.replace(/^custom:/, "")

/** What the form says of these attributes, without what was left empty. */
export const attributesOf = (form: URLSearchParams, names: readonly string[]): { Name: string; Value: string }[] =>
  names.flatMap((Name) => {
    const Value = (form.get(fieldName(Name)) ?? "").trim()
    return Value === "" ? [] : [{ Name, Value }]
  })
