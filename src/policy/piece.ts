/**
 * A run of characters of a pattern between two `*`, in which some places may be open (`?`).
 *
 * `text` holds a filler at the open places, so its length is the length of what it matches.
 */
export interface Piece {
  readonly text: string
  readonly open: readonly boolean[] | undefined
}

/** Counts the characters looked at, for the proof that matching is linear. */
export interface Meter {
  steps: number
}

const FILLER = "?"

/** The piece of the tokens from `start` to before `end`: literals (strings) and open places (anything else). */
export function pieceOf(tokens: readonly (string | number)[], start: number, end: number): Piece {
  let text = ""
  let hasOpen = false
  for (let i = start; i < end; i++) {
    const token = tokens[i]
    if (typeof token === "string") text += token
    else {
      text += FILLER
      hasOpen = true
    }
  }
  return { text, open: hasOpen ? openPlaces(tokens, start, end) : undefined }
}

function openPlaces(tokens: readonly (string | number)[], start: number, end: number): boolean[] {
  const open: boolean[] = []
  for (let i = start; i < end; i++) {
    const token = tokens[i]
    if (typeof token !== "string") open.push(true)
    else for (let unit = 0; unit < token.length; unit++) open.push(false)
  }
  return open
}

/** Whether the piece stands at a place from which the text is at least as long as it. */
export function matchesAt(piece: Piece, text: string, position: number, meter?: Meter): boolean {
  if (meter) meter.steps += piece.text.length
  const { open } = piece
  if (open === undefined) return text.startsWith(piece.text, position)
  for (let i = 0; i < open.length; i++)
    if (!open[i] && piece.text.charCodeAt(i) !== text.charCodeAt(position + i)) return false
  return true
}

/** Up to this length a piece is sought by trying each place: at most so many looks at a character. */
const SHORT = 32

/** The first place at or after `from` where the piece stands wholly before `end`; -1 where there is none. */
export function findPiece(piece: Piece, text: string, from: number, end: number, meter?: Meter): number {
  const { length } = piece.text
  if (length > end - from) return -1
  if (length > SHORT)
    return piece.open ? findByBits(piece, text, from, end, meter) : findByBorders(piece, text, from, end, meter)
  if (piece.open === undefined) {
    const found = text.indexOf(piece.text, from)
    if (meter) meter.steps += ((found < 0 ? text.length : found) - from + 1) * length
    return found < 0 || found + length > end ? -1 : found
  }
  for (let position = from; position + length <= end; position++)
    if (matchesAt(piece, text, position, meter)) return position
  return -1
}

/** Knuth, Morris and Pratt: every character of the text is looked at no more than twice. */
function findByBorders(piece: Piece, text: string, from: number, end: number, meter?: Meter): number {
  const sought = piece.text
  const borders = bordersOf(sought)
  let matched = 0
  for (let position = from; position < end; position++) {
    const character = text.charCodeAt(position)
    while (matched > 0 && sought.charCodeAt(matched) !== character) {
      matched = borders[matched - 1] as number
      if (meter) meter.steps++
    }
    if (meter) meter.steps++
    if (sought.charCodeAt(matched) === character) matched++
    if (matched === sought.length) return position + 1 - matched
  }
  return -1
}

/** For each prefix, the length of the longest proper prefix of it that is also its suffix. */
function bordersOf(text: string): Uint32Array {
  const borders = new Uint32Array(text.length)
  let matched = 0
  for (let i = 1; i < text.length; i++) {
    while (matched > 0 && text[i] !== text[matched]) matched = borders[matched - 1] as number
    if (text[i] === text[matched]) matched++
    borders[i] = matched
  }
  return borders
}

/** Shift-And: one bit for each place of the piece, 32 of them a step, so that open places cost no second try. */
function findByBits(piece: Piece, text: string, from: number, end: number, meter?: Meter): number {
  const { length } = piece.text
  const words = (length + 31) >>> 5
  const open = piece.open as readonly boolean[]
  const everywhere = new Uint32Array(words)
  const places = new Map<number, Uint32Array>()
  for (let i = 0; i < length; i++) {
    if (open[i]) {
      everywhere[i >>> 5]! |= 1 << (i & 31)
      continue
    }
    const character = piece.text.charCodeAt(i)
    const mask = places.get(character) ?? new Uint32Array(words)
    mask[i >>> 5]! |= 1 << (i & 31)
    places.set(character, mask)
  }
  const state = new Uint32Array(words)
  const lastWord = (length - 1) >>> 5
  const lastBit = 1 << ((length - 1) & 31)
  for (let position = from; position < end; position++) {
    const mask = places.get(text.charCodeAt(position))
    let carry = 1
    for (let word = 0; word < words; word++) {
      const before = state[word] as number
      state[word] = ((before << 1) | carry) & ((mask ? (mask[word] as number) : 0) | (everywhere[word] as number))
      carry = before >>> 31
    }
    if (meter) meter.steps += words
    if ((state[lastWord] as number) & lastBit) return position + 1 - length
  }
  return -1
}
