/** Receives log records. A pino logger fits. */
export interface Logger {
  /** Receives details for finding faults. */
  debug(fields: object, message: string): void;
  /** Receives normal events. */
  info(fields: object, message: string): void;
  /** Receives problems that the client handles itself, such as a retry. */
  warn(fields: object, message: string): void;
  /** Receives failures that need attention. */
  error(fields: object, message: string): void;
}
