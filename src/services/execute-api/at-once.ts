/** Goes on with a value at once where it is here: what is in memory is not awaited. */
export const whenKnown = <T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then(next) : next(value)
