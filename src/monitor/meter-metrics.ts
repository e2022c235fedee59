import type { Attributes } from "../transport/telemetry/open-telemetry.js";
import type { MonitoredService } from "./monitored-service.js";
import { familiesOf } from "./open-metrics.js";

/** An instrument whose values OpenTelemetry asks for. */
type ObservableInstrument = object;

/** Receives the values of instruments. */
interface MeterObservations {
  /** Sets the value of an instrument for these attributes. */
  observe(instrument: ObservableInstrument, value: number, attributes?: Attributes): void;
}

/** Reports values when OpenTelemetry asks for them. */
type MeterCallback = (observations: MeterObservations) => void;

/** How to create an instrument. */
interface ObservableOptions {
  description?: string;
  unit?: string;
}

/** The part of OpenTelemetry's Meter that the monitor uses. `metrics.getMeter("app")` of @opentelemetry/api fits. */
export interface MonitorMeter {
  /** Creates an instrument for values that go up and down. */
  createObservableGauge(name: string, options?: ObservableOptions): ObservableInstrument;
  /** Creates an instrument for values that only go up. */
  createObservableCounter(name: string, options?: ObservableOptions): ObservableInstrument;
  /** Calls the callback whenever the values are read. */
  addBatchObservableCallback(callback: MeterCallback, instruments: ObservableInstrument[]): void;
  /** Removes a callback. */
  removeBatchObservableCallback(callback: MeterCallback, instruments: ObservableInstrument[]): void;
}

/** Units of OpenTelemetry. The name of a metric then does not repeat them. */
const COUNTED: Readonly<Record<string, string>> = {
  restarts: "{restart}",
  rows: "{row}",
  runs: "{run}",
  flows: "{flow}",
};

/**
 * Reports the metrics of a service to OpenTelemetry: those of `/metrics`, with names such as `sparktide.stream.rows`.
 *
 * @returns ends the reports
 */
export function reportToMeter(service: MonitoredService, meter: MonitorMeter): () => void {
  const instruments = new Map<string, ObservableInstrument>();
  for (const { name, type, help, unit } of familiesOf(service)) {
    const short = instrumentName(name);
    const last = short.slice(short.lastIndexOf(".") + 1);
    const ownUnit = unit === "seconds" ? "s" : COUNTED[last];
    const options = { description: help, ...(ownUnit !== undefined && { unit: ownUnit }) };
    instruments.set(
      name,
      type === "counter"
        ? meter.createObservableCounter(short, options)
        : meter.createObservableGauge(short, options),
    );
  }
  const callback: MeterCallback = (observations) => {
    for (const { name, samples } of familiesOf(service)) {
      const instrument = instruments.get(name);
      if (instrument === undefined) continue;
      for (const { value, labels } of samples)
        observations.observe(instrument, Number(value), { ...labels });
    }
  };
  const all = [...instruments.values()];
  meter.addBatchObservableCallback(callback, all);
  return () => {
    meter.removeBatchObservableCallback(callback, all);
  };
}

/** `sparktide.stream.batch_duration` for `sparktide_stream_batch_duration_seconds`. */
function instrumentName(name: string): string {
  return name
    .replace(/_(?:total|seconds)$/, "")
    .replace(/^sparktide_(session|stream|pipeline)_/, "sparktide.$1.");
}
