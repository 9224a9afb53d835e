import { de } from "./de.ts"
import { en } from "./en.ts"
import { es } from "./es.ts"
import { fr } from "./fr.ts"
import { id } from "./id.ts"
import { it } from "./it.ts"
import { ja } from "./ja.ts"
import { ko } from "./ko.ts"
import { nl } from "./nl.ts"
import { ptBR } from "./pt-br.ts"
import type { Texts } from "./texts.ts"
import { zhCN } from "./zh-cn.ts"
import { zhTW } from "./zh-tw.ts"

export type { Texts } from "./texts.ts"

/** By the values of the `lang` parameter. Source: Developer Guide, "User pool managed login", "Managed login localization". */
const LANGUAGES = { de, en, es, fr, id, it, ja, ko, nl, "pt-BR": ptBR, "zh-CN": zhCN, "zh-TW": zhTW } satisfies Record<
  string,
  Texts
>

export type Language = keyof typeof LANGUAGES

export const ENGLISH: Language = "en"

export const textsOf = (language: Language): Texts => LANGUAGES[language]

/** The language that a `lang` parameter or cookie names, however its letters are written; undefined where there is none such. */
export function findLanguage(text: string | null | undefined): Language | undefined {
  const wanted = text?.toLowerCase()
  return (Object.keys(LANGUAGES) as Language[]).find((language) => language.toLowerCase() === wanted)
}

/**
 * The names that terms have for languages. Source: the examples of CreateTerms and what terraform-provider-aws lets be said.
 * UNVERIFIED: that of Dutch, which that list has not.
 */
export const TERMS_LANGUAGES: Readonly<Record<Language, string>> = {
  de: "german",
  en: "english",
  es: "spanish",
  fr: "french",
  id: "bahasa-indonesia",
  it: "italian",
  ja: "japanese",
  ko: "korean",
  nl: "dutch",
  "pt-BR": "portuguese-brazil",
  "zh-CN": "chinese-simplified",
  "zh-TW": "chinese-traditional",
}
