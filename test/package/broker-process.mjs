/** A process with a CredentialBroker, for a test that kills it. Its argument is the broker's options as JSON. */
import { CredentialBroker } from "../../build/modules/credentials/index.js";

const broker = await CredentialBroker.start({
  ...JSON.parse(process.argv[2]),
  standby: true,
  onEvent: ({ kind, credential, error }) => console.log(kind, credential, error?.message ?? ""),
});
process.send({ url: broker.url });
