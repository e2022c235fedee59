/** Hourly temperatures of one place since 2024, from Open-Meteo's archive. Each request asks for a week. */
import { defineConnector } from "sparktide/connectors";

export const openMeteo = defineConnector({
  name: "openmeteo",
  baseUrl: "https://archive-api.open-meteo.com/v1",
  parameters: ["latitude", "longitude"],
  pace: { requestsPerMinute: 300 },
  tables: {
    hours: {
      url: "/archive?latitude={latitude}&longitude={longitude}&start_date={start}&end_date={end}&hourly=temperature_2m&timezone=GMT",
      // The answer has an array of times, and an array of values for each variable.
      schema: "time timestamp_ntz, temperature_2m double",
      key: "time",
      dataField: "hourly",
      dataShape: "columns",
      windowStep: "1 week",
      positionFormat: "date",
      inclusiveEnd: true,
      initialOffset: "2024-01-01",
      // The archive gets new values about five days late.
      lagSeconds: 432_000,
    },
  },
});
