import { connect } from "../../shared/client/index.ts";

const box = await connect({ url: process.env.SIGNALBOX_URL ?? "http://127.0.0.1:4600", agent: "my-first-agent" });
{
  await using lock = await box.lock("repo/src/app.ts", { reason: "fix the login" });
  await box.declare({ state: "working", doing: "fixing the login" });
  console.log(`I hold ${lock.resource} with fence ${lock.fence}.`); // Your work goes here; it ends early when lock.signal aborts.
  box.progress();
}
await box.leave();
