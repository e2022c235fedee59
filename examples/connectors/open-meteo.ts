/** Hourly temperatures of the past, from Open-Meteo's archive. The answer has one array for each variable. */
import { defineConnector } from "sparktide/connectors";

export const openMeteo = defineConnector({
  name: "openmeteo",
  baseUrl: "https://archive-api.open-meteo.com/v1",
  parameters: ["latitude", "longitude", "from", "to"],
  pace: { requestsPerMinute: 300 },
  tables: {
    days: {
      url: "/archive?latitude={latitude}&longitude={longitude}&start_date={from}&end_date={to}&hourly=temperature_2m&timezone=GMT",
      // explode(arrays_zip(hourly.time, hourly.temperature_2m)) makes rows of the arrays.
      schema:
        "latitude double, longitude double, hourly struct<time: array<timestamp_ntz>, temperature_2m: array<double>>",
      key: ["latitude", "longitude"],
    },
  },
});
