import { Command } from "commander";
import { type ServeOptions, serve } from "./serve.ts";

const program = new Command("signalbox").description("A live coordination engine for fleets of agents, and the panel on which operators see and steer it.");

program
  .command("serve")
  .description("run the server and its dashboard")
  .option("--port <number>", "port to listen on; 0 takes a free one (default 4600, or PORT)")
  .option("--host <address>", "address to listen on (default 127.0.0.1); others need tokens in the configuration")
  .option("--data <folder>", "folder of the journals (default signalbox-data, or SIGNALBOX_DATA)")
  .option("--config <file>", "configuration file, such as signalbox.config.json")
  .option("--space <names...>", "coordination spaces to run (default main)")
  .option("--memory", "keep everything in memory; nothing survives the end")
  .option("--demo", "start the demo fleet: worker processes in a real git working tree")
  .option("--uncoordinated", "let the demo fleet work without locks, to see what happens")
  .action((options: ServeOptions) => serve(options));

await program.parseAsync();
