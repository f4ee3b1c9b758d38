import { Command, InvalidArgumentError } from "commander";

// Each command loads what it needs when it is called: `signalbox lock` must not wait for a web server to be read.
const program = new Command("signalbox").description("A live coordination engine for fleets of agents, and the panel on which operators see and steer it.");
// 1 says that something is wrong with what was looked at: a command that was mistyped ends otherwise.
program.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

program
  .command("serve")
  .description("run the server and its dashboard")
  .option("--port <number>", "port to listen on; 0 takes a free one (default 4600, or PORT)")
  .option("--host <address>", "address to listen on (default 127.0.0.1); others need tokens in the configuration")
  .option("--data <folder>", "folder of the journals (default .signalbox, or SIGNALBOX_DATA)")
  .option("--config <file>", "configuration file, such as signalbox.config.json")
  .option("--space <names...>", "coordination spaces to run (default main)")
  .option("--memory", "keep everything in memory; nothing survives the end")
  .option("--demo", "start the demo fleet: worker processes in a real git working tree")
  .option("--allow-faults", "let operators inject failures into the live fleet")
  .option("--check-rules", "check every rule while it runs, in a thread beside each space; a broken one is logged and recorded")
  .option("--deadlock", "add two workers to the demo that lock two files in opposite orders")
  .option("--livelock", "add two workers to the demo that give way to each other for ever")
  .option("--uncoordinated", "let the demo fleet work without locks, to see what happens")
  .action(async (options) => (await import("./serve.ts")).serve(options));

program
  .command("status")
  .description("say how the spaces of a running server are")
  .option("--url <address>", "where the server is (default http://127.0.0.1:4600, or SIGNALBOX_URL)")
  .option("--token <token>", "a viewer's or an operator's token (or SIGNALBOX_TOKEN)")
  .action(async (options) => (await import("./status.ts")).printStatus(options));

program
  .command("lock")
  .description("take a lock, run a command under it, give it back, and end with the command's exit code")
  .argument("<resource>", "what to lock, such as repo/src")
  .argument("<command...>", "what to run, after --")
  .option("--wait <seconds>", "give up after so long; 0 tries once (default: wait as long as it takes)", seconds)
  .option("--shared", "let others read at the same time")
  .option("--weight <units>", "units of a semaphore", units)
  .option("--reason <text>", "what for; operators and those who wait see it (default: the command)")
  .option("--agent <id>", "name of this agent (default: shell, host and process id)")
  .option("--space <name>", "coordination space", "main")
  .option("--url <address>", "where the server is (default http://127.0.0.1:4600, or SIGNALBOX_URL)")
  .option("--token <token>", "an agent's token (or SIGNALBOX_TOKEN)")
  .addHelpText(
    "after",
    "\nExit codes of its own: 75 the lock was not granted, 76 it was lost and the command was ended.\nExample: signalbox lock --wait 60 repo/deploy -- ./deploy.sh",
  )
  .action(async (resource, command, options) => (await import("./lock.ts")).lockAndRun(resource, command, options));

program
  .command("lead")
  .description("campaign in a group, run a command while leading it, resign, and end with the command's exit code")
  .argument("<group>", "whose leader to be, such as team/deployer")
  .argument("<command...>", "what to run, after --")
  .option("--wait <seconds>", "give up after so long without leading (default: wait as long as it takes)", seconds)
  .option("--priority <number>", "-100 to 100, where the group elects by priority", integer)
  .option("--weight <shares>", "1 to 100, where a hash over time decides", units)
  .option("--value <text>", "what the group is to know of its leader: an address, a version")
  .option("--stay", "when the leadership is lost, campaign on and run the command anew in the next term")
  .option("--agent <id>", "name of this agent (default: shell, host and process id)")
  .option("--space <name>", "coordination space", "main")
  .option("--url <address>", "where the server is (default http://127.0.0.1:4600, or SIGNALBOX_URL)")
  .option("--token <token>", "an agent's token (or SIGNALBOX_TOKEN)")
  .addHelpText(
    "after",
    "\nThe command finds its term in SIGNALBOX_TERM; it is a fence for guards too.\nExit codes of its own: 75 it never led, 76 the leadership was lost and the command was ended.\nExample: signalbox lead --stay team/scheduler -- ./scheduler.sh",
  )
  .action(async (group, command, options) => (await import("./lead.ts")).leadAndRun(group, command, options));

program
  .command("token")
  .description("make tokens")
  .command("new")
  .description("print a new token once, with the line of the configuration that lets it in")
  .argument("<name>", "whom it is for")
  .requiredOption("--role <role>", "agent, viewer or operator")
  .action(async (name, options) => (await import("./token.ts")).printNewToken(name, options));

const journal = program.command("journal").description("look into a space's journal; the server may be running");
for (const [name, description] of [
  ["verify", "check every event, checkpoint and hash"],
  ["export", "write all events as lines of JSON"],
  ["accept", "go on with a journal that lacks something, after a restore; the server must be stopped"],
] as const) {
  const command = journal
    .command(name)
    .description(description)
    .option("--data <folder>", "folder of the journals (default .signalbox, or SIGNALBOX_DATA)")
    .option("--space <name>", "which space", "main");
  if (name === "verify") command.action(async (options) => (await import("./journal.ts")).verify(options));
  else if (name === "accept")
    command.option("--yes", "I know that what is missing is gone for good").action(async (options) => (await import("./journal.ts")).accept(options));
  else
    command
      .option("--out <file>", "a new file to write to (default: the standard output)")
      .option("--to <position>", "the last event to export", units)
      .action(async (options) => (await import("./journal.ts")).exportLines(options));
}

const trace = program.command("trace").description("look into recorded and imported traces");
trace
  .command("import")
  .description("read a file of another system and say what is in it; what it is shows from its content")
  .argument("<file>", "traces, logs, histories, locks or thread dumps; also packed with gzip")
  .option("--format <name>", "what the file is, when it is not found out")
  .option("--parser <expression>", "logs with vector clocks: a regular expression with groups host, clock and event")
  .option("--delimiter <expression>", "logs with several executions: what stands between them")
  .option("--json", "print all that was found as JSON")
  .action(async (file, options) => (await import("./trace-import.ts")).importFile(file, options));
trace
  .command("export")
  .description("write a span of a space's journal as a trace; the server may be running")
  .argument("<file>", "a new file, such as incident.sbtrace; packed when it ends in .gz")
  .option("--data <folder>", "folder of the journals (default .signalbox, or SIGNALBOX_DATA)")
  .option("--space <name>", "which space", "main")
  .option("--from <position>", "the first event (default: the oldest that is there)", units)
  .option("--to <position>", "the last event (default: the newest)", units)
  .option("--name <text>", "what to call it")
  .option("--tag <names...>", "tags")
  .option("--force", "write over a file that is there")
  .action(async (file, options) => (await import("./trace.ts")).exportToFile(file, options));
trace
  .command("check")
  .description("check a trace: its chain, its gaps, every rule; of another system's file, what it can be checked for")
  .argument("<file>", "a trace, plain or gzip, or a file that `trace import` reads")
  .option("--format <name>", "another system's file: what it is, when it is not found out")
  .option("--parser <expression>", "another system's file: as for import")
  .option("--delimiter <expression>", "another system's file: as for import")
  .option("--json", "print what was checked and what broke as JSON")
  .addHelpText("after", "\nExit codes: 0 nothing is broken, 1 something is, or the file cannot be read, 2 the command was called wrongly.")
  .action(async (file, options) => (await import("./trace.ts")).check(file, options));
trace
  .command("rerun")
  .description("decide the recorded commands again: it must come to the identical events")
  .argument("<file>", "a trace, plain or gzip")
  .option("--json", "print the result, with the first difference, as JSON")
  .addHelpText(
    "after",
    "\nExit codes: 0 all the same, 1 something differs, or the file cannot be read, 2 commands are missing, or the command was called wrongly.",
  )
  .action(async (file, options) => (await import("./trace.ts")).rerun(file, options));
trace
  .command("redact")
  .description("write a copy without names, reasons or payloads; it still verifies, as a redacted copy")
  .argument("<in>", "a trace, plain or gzip")
  .argument("<out>", "a new file; packed when it ends in .gz")
  .option("--rules <list>", "of: names, reasons, payloads, resources", "names,reasons,payloads")
  .option("--force", "write over a file that is there")
  .action(async (file, out, options) => (await import("./trace.ts")).redact(file, out, options));

trace
  .command("convert")
  .description("write a trace in another format: chrome (Perfetto), otlp (Jaeger, Tempo), shiviz, csv")
  .argument("<in>", "a trace, plain or gzip")
  .argument("<out>", "a new file; packed when it ends in .gz")
  .requiredOption("--to <format>", "chrome, otlp, shiviz or csv")
  .option("--force", "write over a file that is there")
  .action(async (file, out, options) => (await import("./trace-export.ts")).convert(file, out, options));

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError("It must be a number of seconds.");
  return value;
}

function integer(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value)) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

function units(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return value;
}

await program.parseAsync();
