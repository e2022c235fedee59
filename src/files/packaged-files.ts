/**
 * The files that come with this package. The build writes them as modules (scripts/embed-files.mjs), so that
 * a user's bundle has them too. Each is loaded when it is needed.
 */
/** A file of the folder `docker/`. */
export interface DockerFile {
  /** Path inside the folder, with forward slashes. */
  readonly name: string;
  readonly text: string;
  /** Its permissions, as chmod takes them. */
  readonly mode: number;
}

/** The zip with the Python package of the sources. */
export async function sourcesZip(): Promise<Uint8Array> {
  const { default: base64 } = await import("../gen/files/sources-zip.js");
  return Buffer.from(base64, "base64");
}

/** All files of the folder `docker/`, by name in order. */
export async function dockerFiles(): Promise<readonly DockerFile[]> {
  const { default: json } = await import("../gen/files/docker.js");
  return JSON.parse(json) as DockerFile[];
}

/** The options of the sources by the source's name, as JSON. */
export async function sourceOptions(): Promise<string> {
  return (await import("../gen/files/source-options.js")).default;
}
