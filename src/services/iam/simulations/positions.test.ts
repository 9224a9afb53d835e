import assert from "node:assert/strict"
import { test } from "node:test"
import { statementPositions } from "./positions.ts"

const place = ([Line, Column]: readonly [number, number]) => ({ Line, Column })

type Place = readonly [line: number, column: number]

for (const [text, ...expected] of [
  // AWS CLI Command Reference, "simulate-custom-policy".
  [
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}',
    [
      [1, 38],
      [1, 167],
    ],
  ],
  [
    '{\n  "Statement": [\n    {\n      "Action": ["}", "\\"{"]\n    },\n    {}\n  ]\n}',
    [
      [3, 6],
      [5, 6],
    ],
    [
      [6, 6],
      [6, 7],
    ],
  ],
  [
    '{"Id":"Statement","Statement":[{}],"St\\u0061tement":{}}',
    [
      [1, 54],
      [1, 55],
    ],
  ],
  ['{"Statement":[]}'],
] as readonly [string, ...(readonly [Place, Place])[]][])
  test(`the statements of ${text} stand at ${JSON.stringify(expected)}`, () => {
    const positions = expected.map(([start, end]) => ({ StartPosition: place(start), EndPosition: place(end) }))
    assert.deepEqual(statementPositions(text), positions)
  })
