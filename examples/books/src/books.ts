import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb"
import { type Book, TABLE } from "../shop.ts"

const parse = (item: Record<string, AttributeValue>): Book => ({
  author: item.author!.S!,
  title: item.title!.S!,
  year: Number(item.year?.N ?? 0),
})

export async function listAllBooks(dynamodb: DynamoDBClient): Promise<Book[]> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: TABLE }))
  return Items.map(parse)
}

export async function listBooksBy(dynamodb: DynamoDBClient, author: string): Promise<Book[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: "author = :author",
      ExpressionAttributeValues: { ":author": { S: author } },
    }),
  )
  return Items.map(parse)
}

export async function addBook(dynamodb: DynamoDBClient, { author, title, year }: Book): Promise<void> {
  const Item = { author: { S: author }, title: { S: title }, year: { N: String(year) } }
  await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item }))
}

const lastName = (author: string): string => /(?:\b(?:de|la|le|van|von) )?\S+$/i.exec(author)?.[0] ?? author

/** Authors as shelves have them: by their last names. */
export const compareAuthors = (a: string, b: string): number => lastName(a).localeCompare(lastName(b))

/** By the author's last name; each author's in the order of their years. */
export function groupByAuthor(books: readonly Book[]): [string, Book[]][] {
  const groups = Map.groupBy(books, ({ author }) => author)
  return [...groups]
    .map(([author, list]): [string, Book[]] => [author, list.toSorted((a, b) => a.year - b.year)])
    .sort(([a], [b]) => compareAuthors(a, b))
}
