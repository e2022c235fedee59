import { setTimeout as delay } from "node:timers/promises";

/** Repeats a check until it neither throws nor returns false. Fails with its last error at the deadline. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs }: { readonly withinMs: number },
): Promise<Exclude<T, false>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      const value = await check();
      if (value !== false) return value as Exclude<T, false>;
      if (Date.now() > deadline) throw new Error(`still false after ${withinMs} ms`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(50);
  }
}
