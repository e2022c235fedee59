import {
  metricFamilies,
  metricsText,
  sampleLines,
  type MetricFamily,
} from "../supervisor/metrics-text.js";
import type { MonitoredService } from "./monitored-service.js";

/** The metrics of all streams of a service. */
export function familiesOf(service: MonitoredService): MetricFamily[] {
  return metricFamilies([{ connected: service.health().connected, streams: service.status() }]);
}

/** A text of metrics, and its media type. */
export interface MetricsAnswer {
  readonly contentType: string;
  readonly text: string;
}

/**
 * The metrics in the format that the client accepts: OpenMetrics 1.0, else Prometheus' text format.
 *
 * @param accept the request's header `Accept`
 */
export function metricsAnswer(service: MonitoredService, accept: string): MetricsAnswer {
  if (/\bapplication\/openmetrics-text\b/.test(accept))
    return {
      contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
      text: `${familiesOf(service).map(openMetricsFamily).join("")}# EOF\n`,
    };
  const metrics = { connected: service.health().connected, streams: service.status() };
  return {
    contentType: "text/plain; version=0.0.4; charset=utf-8",
    text: metricsText([metrics]),
  };
}

/** OpenMetrics names a counter without `_total`, which only its samples have. */
function openMetricsFamily({ name, type, help, unit, samples }: MetricFamily): string {
  if (samples.length === 0) return "";
  const family = type === "counter" ? name.replace(/_total$/, "") : name;
  const unitLine = unit === undefined ? "" : `# UNIT ${family} ${unit}\n`;
  return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${help}\n${sampleLines(name, samples)}`;
}
