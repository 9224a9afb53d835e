import { useCallback, useEffect, useMemo, useState } from "react"
import type { Book, ShopConfig } from "../shop.ts"
import { AddBook } from "./add-book.tsx"
import { compareAuthors, listAllBooks, listBooksBy } from "./books.ts"
import { Header } from "./header.tsx"
import { asRefusal, Refusal, type RefusalText } from "./refusal.tsx"
import { dynamodbOf, type Who, whoIsThere } from "./session.ts"
import { Shelves } from "./shelf.tsx"

export function MemberPage({ config, onSignOut }: { config: ShopConfig; onSignOut(): void }) {
  const dynamodb = useMemo(() => dynamodbOf(config, "member"), [config])
  const [who, setWho] = useState<Who>()
  const [books, setBooks] = useState<Book[]>()
  const [authors, setAuthors] = useState<string[]>([])
  const [author, setAuthor] = useState("")
  const [refusal, setRefusal] = useState<RefusalText>()

  const load = useCallback(
    async (wanted: string) => {
      try {
        const found = wanted ? await listBooksBy(dynamodb, wanted) : await listAllBooks(dynamodb)
        setBooks(found)
        if (!wanted) setAuthors([...new Set(found.map((book) => book.author))].sort(compareAuthors))
        setRefusal(undefined)
      } catch (error) {
        setRefusal(asRefusal(error))
      }
    },
    [dynamodb],
  )
  useEffect(() => {
    whoIsThere().then(setWho)
    load("")
  }, [load])

  const choose = (wanted: string) => {
    setAuthor(wanted)
    load(wanted)
  }
  return (
    <>
      <Header who={who} action={{ text: "Sign out", run: onSignOut }} />
      <main className="page with-aside">
        <div>
          <div className="intro">
            <p className="eyebrow">From A to Z, by last name</p>
            <h1>Books, by author</h1>
          </div>
          <div className="filter">
            <label>
              Author
              <select value={author} onChange={(event) => choose(event.target.value)}>
                <option value="">Everyone</option>
                {authors.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <button type="button" className="button quiet" onClick={() => load(author)}>
              Look again
            </button>
          </div>
          {refusal && <Refusal refusal={refusal} title="The shelves stay closed" />}
          {books ? <Shelves books={books} /> : !refusal && <p className="waiting">Opening the shop …</p>}
        </div>
        <AddBook
          dynamodb={dynamodb}
          role={who?.role}
          onAdded={() => {
            setAuthor("")
            load("")
          }}
        />
      </main>
    </>
  )
}
