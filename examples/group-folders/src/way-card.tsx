import { FOLDERS, type WAYS } from "../folders.ts"
import { type Attempt, deeds } from "./bucket.ts"

export interface WayCardProps {
  way: (typeof WAYS)[number]
  attempts: readonly Attempt[]
  chosen: Attempt | undefined
  onChoose(attempt: Attempt): void
}

export function WayCard({ way, attempts, chosen, onChoose }: WayCardProps) {
  return (
    <section className="way" aria-label={way.title}>
      <h2>{way.title}</h2>
      <p>{way.how}</p>
      <pre>{way.policy}</pre>
      <table>
        <tbody>
          {FOLDERS.map((folder) => (
            <tr key={folder}>
              <th scope="row">{folder}/</th>
              {deeds.map((deed) => {
                const found = attempts.find((one) => one.folder === folder && one.deed === deed)
                return (
                  <td key={deed}>
                    {found ? (
                      <button
                        type="button"
                        className={`mark ${found.allowed ? "yes" : "no"}`}
                        aria-pressed={found === chosen}
                        aria-label={`${deed} ${folder}: ${found.allowed ? "allowed" : "refused"}`}
                        onClick={() => onChoose(found)}
                      >
                        <span aria-hidden="true">{found.allowed ? "✓" : "✕"}</span> {deed}
                      </button>
                    ) : (
                      <span className="mark waiting">{deed}</span>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="limit">{way.limit}</p>
    </section>
  )
}
