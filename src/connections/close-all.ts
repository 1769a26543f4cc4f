/** Closes each, whatever becomes of the others, and waits for all of them. Throws what the first failure was. */
export async function closeAll(closes: readonly (() => unknown)[]): Promise<void> {
  const results = await Promise.allSettled(closes.map(async (close) => close()));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
