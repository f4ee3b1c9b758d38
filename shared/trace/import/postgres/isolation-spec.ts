import { clip } from "../json/read.ts";

export interface SpecSession {
  readonly name: string;
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
}

const tokens = /#[^\n]*|"(?:[^"\n]|"")*"|\{|[A-Za-z_][\w-]*|[()*,]|\d+|\S/g;

/** Sessions, steps and permutations of an isolation test's specification (isolation/README in PostgreSQL's sources). */
export function sessionsOf(text: string): { sessions: SpecSession[]; permutations: string[][] } {
  const sessions: { name: string; steps: { name: string; sql: string }[] }[] = [];
  const permutations: string[][] = [];
  let expects: "session" | "step" | "sql" | "permutation" | "none" = "none";
  let step: string | undefined;
  /** Within parentheses a permutation says what a step waits for to be reported. */
  let marked = false;
  tokens.lastIndex = 0;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const token = match[0];
    if (token.startsWith("#")) continue;
    if (token === "{") {
      const end = text.indexOf("}", match.index);
      const sql = text.slice(match.index + 1, end < 0 ? text.length : end);
      tokens.lastIndex = end < 0 ? text.length : end + 1;
      if (step !== undefined) sessions[sessions.length - 1]?.steps.push({ name: step, sql: clip(sql.replace(/\s+/g, " ").trim()) });
      step = undefined;
      expects = "none";
    } else if (expects === "session") {
      sessions.push({ name: unquoted(token), steps: [] });
      expects = "none";
    } else if (expects === "step") {
      step = unquoted(token);
      expects = "none";
    } else if (token === "session" || token === "step") expects = token;
    else if (token === "permutation") {
      permutations.push([]);
      expects = "permutation";
    } else if (token === "setup" || token === "teardown") [step, expects] = [undefined, "none"];
    else if (token === "(" || token === ")") marked = token === "(";
    else if (expects === "permutation" && !marked && /^["\w]/.test(token)) permutations[permutations.length - 1]!.push(unquoted(token));
  }
  return { sessions, permutations };
}

const unquoted = (token: string): string => clip(token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token, 100);
