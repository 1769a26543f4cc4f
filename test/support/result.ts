type Either<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** The value of a result that must be one. */
export function good<T>(result: Either<T, unknown>): T {
  if (!result.ok) throw new Error(`expected a value, got ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The error of a result that must be one. */
export function bad<E>(result: Either<unknown, E>): E {
  if (result.ok) throw new Error(`expected an error, got ${JSON.stringify(result.value)}`);
  return result.error;
}
