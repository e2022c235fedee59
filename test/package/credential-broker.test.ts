import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { prepareLocalSpark } from "../../src/local/index.js";
import { eventually } from "../support/eventually.js";
import { IdentityProvider, type Stage } from "../support/identity-provider.js";

const BROKER = fileURLToPath(new URL("broker-process.mjs", import.meta.url));
const READER = fileURLToPath(new URL("broker-reader.py", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));
const ROUNDS = 30;
const KEY = "a-key-of-the-broker";
/**
 * The moments of a refresh at which the broker is killed, in turn. `dropped`: the provider has the request and does not carry it out.
 * `late`: some milliseconds after the answer.
 */
const MOMENTS = ["received", "used", "answered", "dropped", "late"] as const;
const STAGES = { dropped: "received", late: "answered" } as const;

let folder: string;
let python: string;
let output = "";
const children = new Set<ChildProcess>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  ({ pythonPath: python } = await prepareLocalSpark());
}, 600_000);
afterEach(async () => {
  await Promise.all([...children].map(kill));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function started(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (part: Buffer) => (output += part.toString("utf8")));
  children.add(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

describe("a broker and its readers", () => {
  it(
    `lose no refresh token and use none twice if they are killed around ${ROUNDS} refreshes`,
    { timeout: 300_000 },
    async () => {
      await using provider = await IdentityProvider.start();
      provider.settings.life = 0.3;
      const first = provider.valid;
      const encryptionKey = randomBytes(32).toString("base64");
      const state = join(folder, "credentials.json");
      let port = 0;
      const startBroker = async (): Promise<ChildProcess> => {
        const api = {
          type: "refreshToken",
          tokenUrl: provider.tokenUrl,
          clientId: "app",
          clientSecret: "secret-of-the-client",
          refreshToken: first,
        };
        const options = { state, encryptionKey, key: KEY, port, credentials: { api } };
        const child = started(process.execPath, [BROKER, JSON.stringify(options)]);
        const [{ url }] = (await once(child, "message")) as [{ readonly url: string }];
        port = Number(new URL(url).port);
        return child;
      };
      let broker = await startBroker();
      const startReader = (): ChildProcess =>
        started(python, [
          READER,
          SOURCES,
          JSON.stringify({
            url: `${provider.url}/api`,
            authType: "Broker",
            brokerUrl: `http://127.0.0.1:${port}`,
            brokerKey: KEY,
            brokerCredential: "api",
            allowHttp: "true",
            allowPrivateHosts: "true",
            maxRetries: "0",
          }),
        ]);
      let [killed, other] = [startReader(), startReader()];

      for (let round = 0; round < ROUNDS; round++) {
        const moment = MOMENTS[round % MOMENTS.length] ?? "late";
        const sentBefore = provider.sent.length;
        const isOver = new Promise<void>((resolve, reject) => {
          provider.settings.onStage = async (stage: Stage) => {
            const awaited = moment === "dropped" || moment === "late" ? STAGES[moment] : moment;
            if (stage !== awaited) return;
            provider.settings.onStage = () => undefined;
            if (moment === "late") await delay(2 * round);
            await Promise.all([kill(broker), kill(killed)]);
            resolve();
            if (moment === "dropped") throw new Error("dropped");
            // Otherwise the provider continues: it uses the token, although nobody waits for its answer.
          };
          setTimeout(reject, 20_000, new Error(`no refresh in round ${round}`)).unref();
        });
        await isOver;
        broker = await startBroker();
        [killed, other] = [other, startReader()];
        const calls = provider.apiCalls;
        await eventually(() => provider.sent.length > sentBefore && provider.apiCalls > calls, {
          withinMs: 20_000,
        });
      }

      const rows = output.match(/^row /gm)?.length ?? 0;
      await eventually(() => (output.match(/^row /gm)?.length ?? 0) > rows, { withinMs: 20_000 });
      // A token that is sent again was sent right before: its answer was lost with the broker.
      const repeated = provider.sent.filter((token, at) => provider.sent.indexOf(token) !== at);
      expect(provider.reused).toEqual([]);
      expect(repeated.length).toBeGreaterThan(0);
      expect(repeated.length).toBeLessThanOrEqual(ROUNDS);
      expect(provider.sent.length - repeated.length).toBeGreaterThanOrEqual(ROUNDS);
      expect(output).not.toContain("loginNeeded");

      const shown = `${output}${await readFile(state, "utf8")}`;
      expect(shown).toContain("refreshed api");
      for (const secret of [...provider.secrets, KEY, encryptionKey, "secret-of-the-client"])
        expect(shown).not.toContain(secret);
      console.log(
        `${ROUNDS} rounds: ${provider.sent.length} refreshes, ${repeated.length} of them repeated after a lost answer, ${provider.apiCalls} requests to the API`,
      );
    },
  );

  it("use no token twice if another broker takes over from one that is suspended in a refresh", async () => {
    await using provider = await IdentityProvider.start();
    provider.settings.life = 0.5;
    const api = {
      type: "refreshToken",
      tokenUrl: provider.tokenUrl,
      clientId: "app",
      refreshToken: provider.valid,
    };
    const options = {
      state: join(folder, "standby.json"),
      encryptionKey: randomBytes(32).toString("base64"),
      key: KEY,
      port: 0,
      leaseMs: 1_500,
      credentials: { api },
    };
    const start = (): ChildProcess => started(process.execPath, [BROKER, JSON.stringify(options)]);
    const urlOf = async (child: ChildProcess): Promise<string> => {
      const [{ url }] = (await once(child, "message")) as [{ readonly url: string }];
      return url;
    };
    const token = async (url: string): Promise<number> => {
      const headers = { Authorization: `Bearer ${KEY}` };
      return (await fetch(`${url}/v1/tokens/api`, { method: "POST", headers })).status;
    };
    const first = start();
    const firstUrl = await urlOf(first);
    const second = start();
    const takenOver = urlOf(second);
    let resume = (): void => undefined;
    const resumed = new Promise<void>((resolve) => {
      resume = resolve;
    });
    provider.settings.onStage = async () => {
      provider.settings.onStage = () => undefined;
      first.kill("SIGSTOP");
      await resumed;
    };
    const suspended = token(firstUrl);
    const url = await takenOver;
    expect(await token(url)).toBe(200);
    // Now the provider carries out the request of the first broker, too, and the first broker gets its answer.
    first.kill("SIGCONT");
    resume();
    expect(await suspended).toBe(503);
    expect(await token(firstUrl)).toBe(503);
    const before = provider.sent.length;
    await eventually(async () => (await token(url)) === 200 && provider.sent.length > before + 1, {
      withinMs: 20_000,
    });
    expect(provider.reused).toEqual([]);
    expect(output).not.toContain("loginNeeded");
  });
});
