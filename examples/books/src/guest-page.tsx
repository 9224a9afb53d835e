import { useEffect, useMemo, useState } from "react"
import { AUTHOR_OF_THE_MONTH, type Book, type ShopConfig } from "../shop.ts"
import { listAllBooks, listBooksBy } from "./books.ts"
import { Header } from "./header.tsx"
import { asRefusal, Refusal, type RefusalText } from "./refusal.tsx"
import { dynamodbOf } from "./session.ts"
import { Shelves } from "./shelf.tsx"

/** The shop window: one author, for everyone. The rest is tried as a guest, and AWS says no. */
export function GuestPage({ config, onSignIn }: { config: ShopConfig; onSignIn(): void }) {
  const dynamodb = useMemo(() => dynamodbOf(config, "guest"), [config])
  const [books, setBooks] = useState<Book[]>()
  const [refusal, setRefusal] = useState<RefusalText>()
  useEffect(() => {
    listBooksBy(dynamodb, AUTHOR_OF_THE_MONTH).then(setBooks, (error) => setRefusal(asRefusal(error)))
  }, [dynamodb])
  const browse = () => listAllBooks(dynamodb).then(setBooks, (error) => setRefusal(asRefusal(error)))
  return (
    <>
      <Header action={{ text: "Sign in", run: onSignIn }} />
      <main className="page">
        <div className="intro">
          <p className="eyebrow">In the window this month</p>
          <h1>The window is for everyone</h1>
          <p>
            You are a guest, whose role may query the books of {AUTHOR_OF_THE_MONTH} and nothing else: the author is the
            table’s partition key, and a condition of the policy names it.
          </p>
        </div>
        {books ? <Shelves books={books} /> : !refusal && <p className="waiting">Opening the shop …</p>}
        <div className="invitation">
          <p>There is more inside.</p>
          <div className="actions">
            <button type="button" className="button" onClick={onSignIn}>
              Sign in or sign up
            </button>
            <button type="button" className="button quiet" onClick={browse}>
              Browse all shelves as a guest
            </button>
          </div>
          {refusal && <Refusal refusal={refusal} title="Guests may not" />}
        </div>
      </main>
    </>
  )
}
