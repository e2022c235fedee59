// What classes of `sparktide/cluster` extend here. The classes of the same name for the client have the registration.

/** Creates a source with its options. */
export class DataSource {
  readonly options: Readonly<Record<string, string>>;

  constructor(options: Readonly<Record<string, string>>) {
    this.options = options;
  }
}

/** Creates a source with its options. */
export class SimpleDataSource extends DataSource {}

/** Creates a source with its options. */
export class RestSource extends DataSource {}
