import { describe, expect, it } from "vitest";
import { textWidth } from "./text-width.ts";

describe("widths of texts", () => {
  it("are measured once for each font", () => {
    const measured: string[] = [];
    const context = {
      font: "10px a",
      measureText: (text: string) => {
        measured.push(`${context.font} ${text}`);
        return { width: text.length * Number.parseInt(context.font, 10) } as TextMetrics;
      },
    };
    expect([textWidth(context, "lock"), textWidth(context, "lock"), textWidth(context, "locks")]).toEqual([40, 40, 50]);
    context.font = "20px a";
    expect(textWidth(context, "lock")).toBe(80);
    expect(measured).toEqual(["10px a lock", "10px a locks", "20px a lock"]);
  });

  it("are no more than so many", () => {
    let measured = 0;
    const context = { font: "1px b", measureText: () => ({ width: ++measured }) as unknown as TextMetrics };
    for (let round = 0; round < 2; round++) for (let text = 0; text < 12_000; text++) textWidth(context, String(text));
    // What was let go of is measured again.
    expect(measured).toBeGreaterThan(12_000);
  });
});
