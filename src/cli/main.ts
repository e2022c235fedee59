#!/usr/bin/env node
/** `sparktide`, the command line: see docs/cli.md. */
import { runCli } from "./run-cli.js";

await runCli(process.argv.slice(2));
