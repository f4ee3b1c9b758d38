import { describe, expect, it } from "vitest";
import type { Event, EventBody } from "../../shared/model/index.ts";
import { eventWords } from "./event-words.ts";
import { settingsInWords } from "./settings-words.ts";

const actor = { principal: "dana", role: "operator" } as const;
const event = (body: EventBody): Event => ({ ...body, position: 7, atMs: 1_000 }) as Event;
const holder = { fence: "12", resource: "repo/a.ts", session: "s3", agent: "w3" };

describe("words of an event", () => {
  it("tells a forced release: who, what, from whom, why (OP-1)", () => {
    expect(eventWords(event({ type: "lock.released", ...holder, why: "forced", actor, reason: "hangs" }))).toEqual({
      what: "released by force",
      subject: { kind: "resource", id: "repo/a.ts" },
      detail: "w3 lost fence 12",
      by: "dana · operator",
      reason: "hangs",
    });
  });

  it("tells what happened without an operator from what one did", () => {
    expect(eventWords(event({ type: "session.ended", session: "s3", agent: "w3", why: "expired" }))).toMatchObject({
      what: "session ended: expired",
      by: "by itself",
    });
    expect(eventWords(event({ type: "session.ended", session: "s3", agent: "w3", why: "expelled", actor, reason: "runs wild" }))).toMatchObject({
      what: "expelled",
      by: "dana · operator",
    });
    expect(eventWords(event({ type: "guard.refused", session: "s3", agent: "w3", resource: "repo/a.ts", fence: "12", highest: "15" }))).toMatchObject({
      what: "write refused",
      by: "the guard",
      detail: "w3 came with fence 12, the guard had seen 15",
    });
  });

  it("tells a rule that is set from one that is taken away", () => {
    const configured = { type: "resource.configured", pattern: "gpu/*", actor, reason: "four cards" } as const;
    expect(eventWords(event({ ...configured, settings: { capacity: 4, guarded: false } }))).toMatchObject({ what: "rule set", detail: "4 units, not guarded" });
    expect(eventWords(event({ ...configured, settings: null }))).toMatchObject({ what: "rule taken away", detail: "" });
  });

  it("reads settings aloud", () => {
    expect(settingsInWords({})).toBe("nothing set");
    expect(settingsInWords({ level: "advisory", capacity: 1, lockDelayMs: 0, guarded: true, maxHoldMs: 90_000, agingStepMs: 10_000 })).toBe(
      "level advisory, one at a time, lock-delay 0 s, guarded, held for 1 min 30 s at most, a step of priority is worth 10 s of waiting",
    );
  });
});
