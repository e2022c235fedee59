/**
 * The files that this package contains. The build writes them as modules (scripts/embed-files.mjs), so that a
 * user's bundle also has them. Each is loaded on demand.
 */
/** A file of the folder `docker/`. */
export interface DockerFile {
  /** The path inside the folder, with forward slashes. */
  readonly name: string;
  readonly text: string;
  /** The file's permissions, as for chmod. */
  readonly mode: number;
}

/** The zip file with the Python package of the sources. */
export async function sourcesZip(): Promise<Uint8Array> {
  const { default: base64 } = await import("../gen/files/sources-zip.js");
  return Buffer.from(base64, "base64");
}

/** All files of the folder `docker/`, sorted by name. */
export async function dockerFiles(): Promise<readonly DockerFile[]> {
  const { default: json } = await import("../gen/files/docker.js");
  return JSON.parse(json) as DockerFile[];
}

/** The sources' options by source name, as JSON. */
export async function sourceOptions(): Promise<string> {
  return (await import("../gen/files/source-options.js")).default;
}
