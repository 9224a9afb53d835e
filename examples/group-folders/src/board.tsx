import { useCallback, useEffect, useMemo, useState } from "react"
import { FOLDERS, type FoldersConfig, WAYS, type WayId } from "../folders.ts"
import { type Attempt, attempt, bucketOf, deeds } from "./bucket.ts"
import { Explanation } from "./explanation.tsx"
import type { Member } from "./session.ts"
import { Uploads } from "./uploads.tsx"
import { WayCard } from "./way-card.tsx"

/** Everything is tried by every way; what may be seen is what came of it. */
export function Board({ config, member }: { config: FoldersConfig; member: Member }) {
  const buckets = useMemo(
    () => new Map(WAYS.map(({ id }) => [id as WayId, bucketOf(config, id, member)])),
    [config, member],
  )
  const [attempts, setAttempts] = useState<Attempt[]>([])
  const [chosen, setChosen] = useState<Attempt>()

  const tryAll = useCallback(async () => {
    setChosen(undefined)
    const all = WAYS.map(async ({ id }) => {
      const s3 = buckets.get(id)!
      const found: Attempt[] = []
      for (const folder of FOLDERS) for (const deed of deeds) found.push(await attempt(s3, id, folder, deed, member))
      return found
    })
    setAttempts((await Promise.all(all)).flat())
  }, [buckets, member])
  useEffect(() => {
    tryAll()
  }, [tryAll])

  return (
    <main className="page">
      <div className="title">
        <h1>What may {member.name} do?</h1>
        <p className="lead">
          Nothing is looked up: each was tried on the bucket just now. Choose one to see why it is so.
        </p>
      </div>
      <div className="ways">
        {WAYS.map((way) => (
          <WayCard
            way={way}
            attempts={attempts.filter((one) => one.way === way.id)}
            chosen={chosen}
            onChoose={setChosen}
            key={way.id}
          />
        ))}
      </div>
      {chosen && <Explanation attempt={chosen} name={member.name} key={chosen.requestId} />}
      <Uploads buckets={buckets} name={member.name} />
    </main>
  )
}
