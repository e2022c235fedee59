/**
 * Waits for the work, but not longer than `ms` milliseconds.
 *
 * @param onLateFailure receives the error of work that fails after that
 * @returns whether the work is done
 * @throws the error of work that fails before
 */
export async function settledWithin(
  work: Promise<unknown>,
  ms: number,
  onLateFailure: (error: unknown) => void,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false).unref();
  });
  try {
    const isDone = await Promise.race([work.then(() => true), late]);
    if (!isDone) work.catch(onLateFailure);
    return isDone;
  } finally {
    clearTimeout(timer);
  }
}
