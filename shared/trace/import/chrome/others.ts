import type { Json, JsonObject } from "../json/parse.ts";
import { numberOf, objectOf, wordOf } from "../json/read.ts";
import { tableOf, usOf } from "../spans/figures.ts";
import type { TraceEvent } from "./trace-event.ts";

/** What is no slice and no flow: moments, counters, objects, samples. */
export function othersOf(events: readonly TraceEvent[], whole: JsonObject | undefined): Record<string, unknown> {
  const counters = new Map<string, [number, Record<string, number>][]>();
  const objects = new Map<string, { name: string; id: string; created_us: number | null; deleted_us: number | null; snapshots: number }>();
  let instants = 0;
  let samples = 0;
  for (const event of events) {
    if ("iIR".includes(event.ph)) instants += 1;
    else if (event.ph === "P") samples += 1;
    else if (event.ph === "C") {
      const name = event.label === undefined ? event.name : `${event.name}[${event.label}]`;
      const series = counters.get(name) ?? [];
      counters.set(name, series);
      series.push([usOf(event.ns), valuesOf(event.json.args)]);
    } else if ("NOD".includes(event.ph)) {
      const key = JSON.stringify([event.cat, event.name, event.id]);
      const object = objects.get(key) ?? { name: event.name, id: event.label ?? "", created_us: null, deleted_us: null, snapshots: 0 };
      objects.set(key, object);
      if (event.ph === "N") object.created_us = usOf(event.ns);
      else if (event.ph === "D") object.deleted_us = usOf(event.ns);
      else object.snapshots += 1;
    }
  }
  const unit = wordOf(whole?.displayTimeUnit);
  return {
    ...{ instants, samples, counters: tableOf([...counters]), objects: [...objects.values()] },
    ...(unit !== undefined && { display_time_unit: unit }),
  };
}

function valuesOf(args: Json | undefined): Record<string, number> {
  return tableOf(
    Object.entries(objectOf(args) ?? {}).flatMap(([name, value]) => {
      const number = numberOf(value) ?? (typeof value === "string" ? numberOf(Number(value)) : undefined);
      return number === undefined ? [] : [[name, number] as const];
    }),
  );
}
