import type { z } from "zod";

/** Says of a value that it fits, or that it has to be looked at more closely. */
export type Fits = (value: unknown) => boolean;

/** As much of a schema's definition as is looked at here. */
interface Definition {
  readonly type: string;
  readonly checks?: readonly Schema[];
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly catchall?: Schema;
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly keyType?: Schema;
  readonly valueType?: Schema;
  readonly options?: readonly Schema[];
  readonly discriminator?: string;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly check?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly pattern?: RegExp;
}

interface Schema {
  readonly _zod: { readonly def: Definition };
}

const ownProperty = Object.prototype.hasOwnProperty;
/** Texts of one schema that were found good already. */
const rememberedTexts = 2_000;

/**
 * A fast look at parsed JSON, made from its schema: true only for what the schema takes and leaves as it is. Where it says
 * false the schema has to be asked, so both come to the same; but a million good values need not go through it. Nothing
 * is compiled from text: pages that forbid that may use it.
 */
export function fitsOf(schema: z.ZodType): Fits {
  return compiled(schema as unknown as Schema);
}

const made = new WeakMap<Schema, Fits>();

function compiled(schema: Schema): Fits {
  const fits = made.get(schema) ?? make(schema);
  made.set(schema, fits);
  return fits;
}

function make(schema: Schema): Fits {
  const { def } = schema._zod;
  const rules = rulesOf(schema);
  if (rules === undefined || (rules.length > 0 && !measured.has(def.type))) return asked(schema);
  switch (def.type) {
    case "string":
      return withRules((value) => typeof value === "string", rules);
    case "number":
      return withRules((value) => typeof value === "number" && Number.isFinite(value), rules);
    case "boolean":
      return (value) => typeof value === "boolean";
    case "literal":
      return oneOf(def.values ?? []);
    case "enum":
      return oneOf(Object.values(def.entries ?? {}));
    case "nullable": {
      const inner = compiled(def.innerType as Schema);
      return (value) => value === null || inner(value);
    }
    case "optional":
    case "default":
      // JSON has no undefined: what is there must fit. A key that is missing is the object's affair.
      return compiled(def.innerType as Schema);
    case "array": {
      const element = compiled(def.element as Schema);
      return (value) => Array.isArray(value) && rules.every((rule) => rule(value)) && value.every(element);
    }
    case "object":
      return def.catchall?._zod.def.type === "never" ? strictObject(def.shape ?? {}) : asked(schema);
    case "union":
      return def.discriminator !== undefined ? discriminated(schema, def.discriminator) : asked(schema);
    case "record":
      return record(compiled(def.keyType as Schema), compiled(def.valueType as Schema));
    default:
      return asked(schema);
  }
}

/** Written out for the few rules that schemas have: each value comes by here. */
function withRules(type: Fits, rules: readonly Fits[]): Fits {
  const [one, two, three] = rules;
  if (one === undefined) return type;
  if (two === undefined) return (value) => type(value) && one(value);
  if (three === undefined) return (value) => type(value) && one(value) && two(value);
  return (value) => type(value) && rules.every((rule) => rule(value));
}

/** The schema's own word. Good texts are remembered, as names come again and again. */
function asked(schema: Schema): Fits {
  const known = new Set<string>();
  const own = schema as unknown as z.ZodType;
  return (value) => {
    // What it makes of anything else may not be the same any more.
    if (typeof value !== "string") return false;
    if (known.has(value)) return true;
    if (own.safeParse(value).data !== value) return false;
    if (known.size >= rememberedTexts) known.clear();
    known.add(value);
    return true;
  };
}

/** Types whose rules beyond the type are known here. */
const measured: ReadonlySet<string> = new Set(["string", "number", "array"]);

type Rule = (value: never) => boolean;

/** What a schema asks of a value beyond its type; undefined where that is not known here. */
function rulesOf({ _zod: { def } }: Schema): ((value: unknown) => boolean)[] | undefined {
  const rules: Rule[] = [];
  if (def.check !== undefined) return undefined;
  for (const { _zod: check } of def.checks ?? []) {
    const rule = ruleOf(check.def);
    if (rule === undefined) return undefined;
    rules.push(rule);
  }
  return rules as ((value: unknown) => boolean)[];
}

function ruleOf(check: Definition): Rule | undefined {
  const { minimum = 0, maximum = 0, value: bound = 0, inclusive, pattern } = check;
  switch (check.check) {
    case "min_length":
      return (value: { length: number }) => value.length >= minimum;
    case "max_length":
      return (value: { length: number }) => value.length <= maximum;
    case "greater_than":
      return inclusive === true ? (value: number) => value >= bound : (value: number) => value > bound;
    case "less_than":
      return inclusive === true ? (value: number) => value <= bound : (value: number) => value < bound;
    case "number_format":
      return check.format === "safeint" ? (value: number) => Number.isSafeInteger(value) : undefined;
    case "string_format":
      return check.format === "regex" && pattern !== undefined && !pattern.global && !pattern.sticky ? (value: string) => pattern.test(value) : undefined;
    default:
      return undefined;
  }
}

function oneOf(values: readonly unknown[]): Fits {
  if (values.length === 1) return (value) => value === values[0];
  const known = new Set(values);
  return (value) => known.has(value);
}

function strictObject(shape: Readonly<Record<string, Schema>>): Fits {
  const fields = new Map(Object.entries(shape).map(([key, schema]) => [key, compiled(schema)]));
  const needed = Object.keys(shape).filter((key) => !mayLack(shape[key] as Schema));
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const record = value as Readonly<Record<string, unknown>>;
    let found = 0;
    for (const key in record) {
      const field = fields.get(key);
      if (field === undefined || !field(record[key])) return false;
      found += 1;
    }
    if (found < needed.length) return false;
    for (const key of needed) if (!ownProperty.call(record, key)) return false;
    return true;
  };
}

/** What a default would fill in has to go through the schema. */
function mayLack({ _zod: { def } }: Schema): boolean {
  return def.type === "optional";
}

function record(fitsKey: Fits, fitsValue: Fits): Fits {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    for (const key in value) if (key === "__proto__" || !fitsKey(key) || !fitsValue((value as Readonly<Record<string, unknown>>)[key])) return false;
    return true;
  };
}

function discriminated(schema: Schema, key: string): Fits {
  const options = new Map<unknown, Fits>();
  for (const option of schema._zod.def.options ?? []) {
    const values = option._zod.def.shape?.[key]?._zod.def.values;
    if (values === undefined) return asked(schema);
    const fits = compiled(option);
    for (const value of values) options.set(value, fits);
  }
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    return options.get((value as Readonly<Record<string, unknown>>)[key])?.(value) ?? false;
  };
}
