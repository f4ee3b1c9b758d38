import { connect, createGuard, memoryFenceStore } from "../../shared/client/index.ts";

const box = await connect({ url: process.env.SIGNALBOX_URL ?? "http://127.0.0.1:4600", agent: process.argv[2] ?? "my-leader" });
const guard = createGuard({ store: memoryFenceStore() }); // In real life one store for all who write: sqliteFenceStore.
const candidacy = await box.campaign("report", { value: box.agent });
const leadership = await candidacy.elected(); // Waits until it is this one's turn.
await guard.write("reports/today", leadership.term, async () => {
  leadership.assertLeading(); // The work ends early when leadership.signal aborts.
  console.log(`${box.agent} leads in term ${leadership.term}.`);
});
await box.leave(); // The next one leads.
