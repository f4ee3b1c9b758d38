import { z } from "zod";
import { agentIdSchema, fenceSchema, resourceSchema, settingsSchema } from "../../model/index.ts";

/** The one thing that a fork does differently. `nothing` is the control: it has to come out as the recording. */
export const forkChangeSchema = z.discriminatedUnion("change", [
  z.strictObject({ change: z.literal("nothing") }),
  /** Other settings (a policy, a level, a capacity ...) for what matches a pattern. */
  z.strictObject({ change: z.literal("settings"), pattern: resourceSchema, settings: settingsSchema }),
  /** A lock is taken away at the very beginning. */
  z.strictObject({ change: z.literal("release"), resource: resourceSchema, fence: fenceSchema }),
  /** A fault that was injected after the fork never is. */
  z.strictObject({ change: z.literal("withoutFault"), fault: z.string() }),
  /** An agent needs `factor` of its time: 0.5 is twice as fast. */
  z.strictObject({ change: z.literal("pace"), agent: agentIdSchema, factor: z.number().min(0.01).max(100) }),
]);

export type ForkChange = z.infer<typeof forkChangeSchema>;

/** The change as a person would say it. */
export function changeInWords(change: ForkChange): string {
  switch (change.change) {
    case "nothing":
      return "nothing is changed";
    case "settings": {
      const settings = Object.entries(change.settings).map(([name, value]) => `${name} ${String(value)}`);
      return `${change.pattern} has ${settings.join(", ")}`;
    }
    case "release":
      return `${change.resource}, fence ${change.fence}, is released at once`;
    case "withoutFault":
      return `fault ${change.fault} is not injected`;
    case "pace":
      return change.factor < 1 ? `${change.agent} is ${times(1 / change.factor)} as fast` : `${change.agent} is ${times(change.factor)} as slow`;
  }
}

const times = (factor: number): string => `${Number(factor.toFixed(2))} times`;
