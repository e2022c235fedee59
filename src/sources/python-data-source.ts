import { readFile, stat } from "node:fs/promises";
import { basename, isAbsolute } from "node:path";
import { ArgumentError } from "../errors.js";
import { pickledCall } from "../python/pickle.js";
import { checkPythonName, contentHash, moduleNames } from "../python/python-text.js";
import type { DataSourceDeployment } from "../connection/deployable-data-source.js";
import type { DeployableDataSource } from "../connection/deployable-data-source.js";
import { BOOTSTRAP } from "./bootstrap-text.js";
import { zipFolder } from "./zip.js";

const PYTHON_MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Python text with a DataSource class in it. */
export interface SourceText {
  /** Python text that defines the class. */
  readonly source: string;
  /** The class's name. */
  readonly class: string;
  /** What the class's `name()` returns. Default: the server calls `name()`. */
  readonly name?: string | undefined;
}

type Deploy = (
  expectedName: string | undefined,
  hidesOptions: boolean,
) => Promise<DataSourceDeployment>;

/** A data source in Python that this client sends to the server; see spark.dataSource. */
export class PythonDataSource implements DeployableDataSource {
  readonly #name: string | undefined;
  readonly #deploy: Deploy;

  /** @internal Use fromSource(), fromFile() or fromPackage(). */
  protected constructor(name: string | undefined, deploy: Deploy) {
    this.#name = name;
    this.#deploy = deploy;
  }

  /** The name to pass to `format()`. It is undefined if only the server knows it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** @internal */
  deployment(
    expectedName: string | undefined,
    hidesOptions: boolean,
  ): Promise<DataSourceDeployment> {
    return this.#deploy(expectedName, hidesOptions);
  }

  /**
   * A source from Python text. The registration carries the text; no file is sent.
   *
   * @throws {ArgumentError} the class's name is not a Python name
   */
  static fromSource(text: SourceText): PythonDataSource {
    const { source, name } = text;
    const className = checkPythonName("class", text.class);
    return new PythonDataSource(name, (expectedName) =>
      Promise.resolve({
        artifacts: [],
        command: pickledCall(BOOTSTRAP, "load_source", [
          source,
          ...moduleNames(source, className),
          className,
          expectedName,
        ]),
      }),
    );
  }

  /** A source from one Python file. The file is read when the source is registered. */
  static fromFile(path: string, className: string): PythonDataSource {
    checkPythonName("class", className);
    return new PythonDataSource(undefined, async (expectedName, hidesOptions) => {
      const source = await readFile(path, "utf8").catch((error: unknown) => {
        throw unreadable("file", path, error);
      });
      return PythonDataSource.fromSource({ source, class: className }).deployment(
        expectedName,
        hidesOptions,
      );
    });
  }

  /**
   * A source from a Python package: its folder, or a zip with the package inside. The package is
   * read when the source is registered, and sent once to each session.
   *
   * @param module the module that holds the class, as `my_package.source`
   */
  static fromPackage(path: string, module: string, className: string): PythonDataSource {
    const name = basename(path).replace(/\.zip$/, "");
    const deploy = packageDeployment(name, () => packageZip(path), module, className);
    return new PythonDataSource(undefined, deploy);
  }
}

/**
 * Makes the zip and the registration command of a package when its source is registered.
 *
 * @param name the zip's name on the server, to which a hash of its content is added
 * @param zip returns the zip
 */
export function packageDeployment(
  name: string,
  zip: () => Promise<Uint8Array>,
  module: string,
  className: string,
): Deploy {
  checkPythonName("class", className);
  if (!PYTHON_MODULE.test(module)) {
    throw new ArgumentError("module", `${JSON.stringify(module)} is not a Python module name.`);
  }
  return async (expectedName) => {
    const content = await zip();
    const zipName = `${name}-${contentHash(content)}.zip`;
    return {
      artifacts: [{ name: `pyfiles/${zipName}`, content }],
      command: pickledCall(BOOTSTRAP, "load_package", [zipName, module, className, expectedName]),
    };
  };
}

async function packageZip(path: string): Promise<Uint8Array> {
  try {
    return (await stat(path)).isDirectory() ? await zipFolder(path) : await readFile(path);
  } catch (error) {
    throw unreadable("package", path, error);
  }
}

function unreadable(what: "file" | "package", path: string, cause: unknown): ArgumentError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  const from = isAbsolute(path) ? "" : ` Relative paths start at ${process.cwd()}.`;
  return new ArgumentError("path", `Cannot read the Python ${what} ${path} (${code}).${from}`, {
    cause,
  });
}
