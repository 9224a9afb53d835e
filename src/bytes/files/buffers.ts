/** What is read at a time. */
export const BUFFER_BYTES = 512 * 1024
const KEPT_AT_MOST = 32

/** Memory to read into. Fresh pages cost more than the reading, so what was given back is taken again. */
export interface Buffers {
  take(): Buffer
  give(buffer: Buffer): void
}

export function createBuffers(): Buffers {
  const kept: Buffer[] = []
  return {
    take: () => kept.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES),
    give(buffer) {
      if (kept.length < KEPT_AT_MOST) kept.push(buffer)
    },
  }
}
