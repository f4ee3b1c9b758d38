import { afterEach, describe, expect, test } from "vitest";
import { type FaultKind, faultKindSchema } from "../../../shared/model/index.ts";
import { newToken } from "../../config/tokens.ts";
import { closeServers, command, connectOperator, joined, startServer } from "../../test-server.ts";
import { agentFaults, stallingFaults } from "./live-agents.ts";
import { drill, drillOnDisk, type LiveTest } from "./live-drill.ts";
import { machineFaults } from "./live-machine.ts";

afterEach(closeServers);

/** Every fault that can be injected into a live fleet, felt by real connections. */
const live: Readonly<Record<FaultKind, LiveTest>> = { ...agentFaults, ...stallingFaults, ...machineFaults };

test.each(Object.entries(live).map(([kind, fault]) => ({ kind, fault, shows: fault.shows })))("$kind: $shows", { timeout: 30_000 }, async ({ fault }) => {
  if (fault.files) await fault.test(await drillOnDisk());
  else await fault.test(await drill());
});

test("every kind of fault has its live test, and none is tested that is not there", () => {
  expect(Object.keys(live).sort()).toEqual([...faultKindSchema.options].sort());
});

describe("rights", () => {
  test.each(faultKindSchema.options)("FI-6 without --allow-faults %s cannot be injected, but everything can be stopped", async (kind) => {
    const app = await startServer();
    const operator = await connectOperator(app);
    await joined(app, "w1");
    for (const more of [{ type: "fault.inject" }, { type: "schedule.set", everyMs: 1_000 }]) {
      const refused = await command(operator, { ...more, kind, target: "w1", durationMs: 1_000, reason: "drill" });
      expect(refused).toMatchObject({ ok: false, error: { code: "unauthorized", message: expect.stringContaining("--allow-faults") } });
    }
    expect(await command(operator, { type: "fault.stopAll", reason: "to be sure" })).toMatchObject({ ok: true });
  });

  test.each(faultKindSchema.options)("FI-6 a viewer cannot inject %s", async (kind) => {
    const { token, entry } = newToken("vera", "viewer");
    const app = await startServer({ allowFaults: true, tokens: [entry] });
    const viewer = await connectOperator(app, { token });
    const refused = await command(viewer, { type: "fault.inject", kind, target: "w1", durationMs: 1_000, reason: "drill" });
    expect(refused).toMatchObject({ ok: false, error: { code: "unauthorized", message: expect.stringContaining("role operator") } });
  });
});
