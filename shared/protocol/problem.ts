import type { z } from "zod";

/** What is wrong with a message or a configuration, and where. `field` is "" when it is the whole thing. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

/** A path as one writes it in code: `wants[0].resource`. */
export function fieldName(path: readonly PropertyKey[]): string {
  let name = "";
  for (const key of path) {
    if (typeof key === "number") name += `[${key}]`;
    else name += name === "" ? String(key) : `.${String(key)}`;
  }
  return name;
}

/** Longest piece of a sender's own input that is quoted back to it. */
const quotedLength = 64;

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.endsWith("received undefined") ? `missing, expected ${issue.expected}` : issue.message.replace(/^Invalid input: /, "");
    case "unrecognized_keys":
      return `unknown ${issue.keys.length === 1 ? "field" : "fields"} ${issue.keys
        .slice(0, 3)
        .map((key) => JSON.stringify(key.slice(0, quotedLength)))
        .join(", ")}: take it out or correct its name`;
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options) ? `must be one of ${issue.options.join(", ")}` : "fits none of the forms allowed here";
    case "too_small":
    case "too_big":
      return issue.message.replace(
        /^Too (small|big): expected \w+ to (be|have) /,
        (_, size, verb) => `too ${size === "big" ? "large" : "small"}: must ${verb} `,
      );
    default:
      return issue.message.replace(/^Invalid (input|option): /, "");
  }
}

/** Every problem of a failed parse, each with its field. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ field: fieldName(issue.path), message: messageOf(issue) }));
}

/** The first problem in one sentence with its field in front: `wants[0].resource: empty segment ...`. */
export function firstProblem(error: z.ZodError): Problem {
  const first = problemsOf(error)[0] ?? { field: "", message: "not valid" };
  return { field: first.field, message: first.field === "" ? first.message : `${first.field}: ${first.message}` };
}
