/** A route handler of Next, built and started as for production. */
import { expect, it } from "vitest";
import { eventually } from "../support/eventually.js";
import { Environment } from "./environment.js";
import { IMPORTS, SAID, USE } from "./program.js";

const ROUTE = `${IMPORTS}${USE}
export const dynamic = "force-dynamic";
export async function GET(): Promise<Response> {
  return new Response(await use());
}
`;

const LAYOUT = `
export default function Layout({ children }: { children: React.ReactNode }) {
  return <html><body>{children}</body></html>;
}
`;

const TSCONFIG = {
  compilerOptions: {
    ...{
      strict: true,
      target: "es2022",
      module: "esnext",
      moduleResolution: "bundler",
      jsx: "preserve",
    },
    ...{
      lib: ["dom", "es2022", "esnext.disposable"],
      skipLibCheck: true,
      noEmit: true,
      incremental: true,
    },
    ...{ esModuleInterop: true, resolveJsonModule: true, isolatedModules: true },
  },
  include: ["**/*.ts", "**/*.tsx"],
};

it("a route handler of Next answers", async () => {
  const environment = new Environment("next-project");
  environment.write("app/api/rows/route.ts", ROUTE);
  environment.write("app/layout.tsx", LAYOUT);
  environment.write("tsconfig.json", JSON.stringify(TSCONFIG));
  await environment.run("next", ["build"]);
  // Port 0: the system chooses one, and Next prints it.
  const { child, outcome } = environment.start("next", [
    "start",
    "--port",
    "0",
    "--hostname",
    "127.0.0.1",
  ]);
  try {
    let said = "";
    child.stdout?.on("data", (text: string) => (said += text));
    const url = await eventually(() => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? false, {
      withinMs: 60_000,
    });
    const response = await fetch(`${url}/api/rows`);
    expect(await response.text()).toBe(SAID);
  } finally {
    child.kill();
    await outcome;
  }
});
