import type { ObjectRow } from "../types/row.js";

/** A task of a write: one partition of the rows. */
export interface WriteTask {
  /** The number of the partition, from 0. */
  readonly partitionId: number;
  /** How often Spark has tried this partition before. A task that is tried again gets all its rows again. */
  readonly attempt: number;
}

/** A task of a batch of a stream. */
export interface StreamWriteTask extends WriteTask {
  /** The id of the query. It stays the same when the query starts again with the same checkpoint. */
  readonly queryId: string;
  /** The number of the batch. After a failure the same batch comes again. */
  readonly batchId: number;
}

/** The settings of a write to a data source. */
export interface WriteSettings {
  /** Whether the rows replace all earlier rows: true for `mode("overwrite")`, false for `mode("append")`. */
  readonly overwrite: boolean;
  /** The id of this write. All its tasks, their attempts, and the driver have the same id. */
  readonly jobId: string;
}

/** The settings of a batch of a stream. */
export interface StreamWriteSettings {
  /** Whether the rows of a batch replace all earlier rows: true for `outputMode("complete")`. */
  readonly overwrite: boolean;
}

/**
 * Writes the rows of a DataFrame: {@link DataSource.writer}. Spark calls `write()` for each partition on the executors, and
 * then `commit()` or `abort()` once on the driver. Each call has its own writer, so keep nothing in it for the next call.
 *
 * `R` is the type of the rows, and `Message` the type of the commit messages: values that JSON can hold.
 *
 * @see pyspark.sql.datasource.DataSourceWriter
 */
export interface DataSourceWriter<R extends object = ObjectRow, Message = unknown> {
  /**
   * Writes the rows of one partition.
   *
   * @param rows all rows of the partition, with values as in `collect()`. It is an error not to read all of them
   * @returns the commit message of this task
   */
  write(rows: AsyncIterable<R>, task: WriteTask): Message | Promise<Message>;

  /**
   * Ends a write whose tasks were all successful.
   *
   * @param messages what `write()` returned for each partition, in the order of the partitions
   */
  commit?(messages: readonly Message[]): void | Promise<void>;

  /**
   * Cleans up after a write that failed. Spark does not call it if the driver dies.
   *
   * @param messages what `write()` returned for each partition. `null` for a task that did not end
   */
  abort?(messages: readonly (Message | null)[]): void | Promise<void>;
}

/**
 * Writes the batches of a stream: {@link DataSource.streamWriter}. For each batch, Spark calls `write()` for each partition
 * on the executors, and then `commit()` or `abort()` once on the driver. Each call has its own writer, so keep nothing
 * in it for the next call. After a failure, Spark writes the last batch again.
 *
 * `R` is the type of the rows, and `Message` the type of the commit messages: values that JSON can hold.
 *
 * @see pyspark.sql.datasource.DataSourceStreamWriter
 */
export interface DataSourceStreamWriter<R extends object = ObjectRow, Message = unknown> {
  /**
   * Writes the rows of one partition of a batch.
   *
   * @param rows all rows of the partition, with values as in `collect()`. It is an error not to read all of them
   * @returns the commit message of this task
   */
  write(rows: AsyncIterable<R>, task: StreamWriteTask): Message | Promise<Message>;

  /**
   * Ends a batch whose tasks were all successful. Spark calls it again for the same batch if the query stops before Spark
   * has noted the end of the batch.
   *
   * @param messages what `write()` returned for each partition, in the order of the partitions
   */
  commit?(messages: readonly Message[], batchId: number): void | Promise<void>;

  /**
   * Cleans up after a batch that failed. Spark does not call it if the driver dies.
   *
   * @param messages what `write()` returned for each partition. `null` for a task that did not end
   */
  abort?(messages: readonly (Message | null)[], batchId: number): void | Promise<void>;
}
