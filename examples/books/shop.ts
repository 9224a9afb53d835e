/** What the page and the set-up both know. */

export const TABLE = "bookshop-books"

/** Guests see this author's books and no others. */
export const AUTHOR_OF_THE_MONTH = "Ursula K. Le Guin"

export interface Book {
  author: string
  title: string
  year: number
}

export const BOOKS: readonly Book[] = [
  { author: "Ursula K. Le Guin", title: "A Wizard of Earthsea", year: 1968 },
  { author: "Ursula K. Le Guin", title: "The Left Hand of Darkness", year: 1969 },
  { author: "Ursula K. Le Guin", title: "The Dispossessed", year: 1974 },
  { author: "Italo Calvino", title: "Cosmicomics", year: 1965 },
  { author: "Italo Calvino", title: "Invisible Cities", year: 1972 },
  { author: "Octavia E. Butler", title: "Kindred", year: 1979 },
  { author: "Octavia E. Butler", title: "Parable of the Sower", year: 1993 },
  { author: "Tove Jansson", title: "Moominland Midwinter", year: 1957 },
  { author: "Tove Jansson", title: "The Summer Book", year: 1972 },
]

/** Where the page finds everything: written by the set-up to `public/config.json`. */
export interface ShopConfig {
  endpoint: string
  region: string
  userPoolId: string
  userPoolClientId: string
  identityPoolId: string
}
