import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Absolute path of a file that comes with this package. Found through the package's own name, so that it
 * does not matter how deep the asking module lies: in `src/`, in a chunk of `dist/`, or in a user's bundle.
 */
export function packageFile(path: string): string {
  const manifest = createRequire(import.meta.url).resolve("sparktide/package.json");
  return join(dirname(manifest), path);
}
