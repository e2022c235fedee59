/** The versions of the tools in which the package is tested. docs/guides/environments.md lists them. */
export const TOOLS = {
  "@swc/core": "1.16.22",
  "@swc/jest": "0.2.39",
  bun: "1.4.5",
  deno: "2.9.6",
  esbuild: "0.28.2",
  jest: "30.5.2",
  next: "16.4.6",
  rolldown: "1.3.3",
  "ts-jest": "29.4.15",
  tsx: "4.23.15",
  vitest: "4.1.12",
  webpack: "5.113.0",
} as const;

/** What these tools need beside them. */
export const BESIDE_TOOLS = {
  "@types/jest": "30.0.0",
  "@types/node": "20.19.43",
  "@types/react": "19.3.3",
  react: "19.3.1",
  "react-dom": "19.3.1",
  typescript: "6.0.3",
} as const;

/** The newest release of each supported line of TypeScript. The first is the oldest line. */
export const TYPESCRIPT = [
  "5.4.5",
  "5.5.4",
  "5.6.3",
  "5.7.3",
  "5.8.3",
  "5.9.3",
  "6.0.3",
  "7.0.2",
] as const;
