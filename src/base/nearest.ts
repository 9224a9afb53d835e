/** The name that is nearest to what was written, where one is near enough to be what was meant. */
export function findNearest(written: string, names: Iterable<string>): string | undefined {
  const sought = written.toLowerCase().slice(0, LONGEST)
  let nearest: string | undefined
  let least = Math.max(1, Math.floor(sought.length / 4)) + 1
  for (const name of names) {
    const candidate = name.toLowerCase()
    if (Math.abs(candidate.length - sought.length) >= least) continue
    const distance = distanceOf(sought, candidate)
    if (distance >= least) continue
    least = distance
    nearest = name
  }
  return nearest
}

/** No name of AWS is longer. */
const LONGEST = 100

/** How many characters have to be put in, taken out or exchanged, two neighbours with each other among them. */
function distanceOf(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isTurned = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          next[j - 1]! + 1,
          row[j]! + 1,
          row[j - 1]! + (isSame ? 0 : 1),
          isTurned ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return row[b.length]!
}
