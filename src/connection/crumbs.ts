/** Any body may come in so many pieces, whatever their size. */
const FREE_PIECES = 1024
const LEAST_BYTES_PER_PIECE = 64

/**
 * Whether a body comes in pieces so small that taking them in costs more than what they hold: HTTP's own chunks may be of
 * one byte each, and every one of them goes through the parser and the stream by itself.
 */
export const isCrumbled = (pieces: number, bytes: number): boolean =>
  (pieces - FREE_PIECES) * LEAST_BYTES_PER_PIECE > bytes
