import { type Json, parseJson } from "./parse.ts";

/** All JSON values of a text that has several, as a rule one a line. Throws a `TraceError` at the first that is none. */
export function parseSequence(text: string): Json[] {
  const values: Json[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const { value, end } = parseJson(text, at, { more: true });
    values.push(value);
    at = end;
  }
  return values;
}

function skipSpace(text: string, at: number): number {
  const rest = /\S/g;
  rest.lastIndex = at;
  return rest.exec(text)?.index ?? text.length;
}
