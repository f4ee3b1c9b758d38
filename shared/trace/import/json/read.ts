import { importLimits } from "../limits.ts";
import { type Json, type JsonObject, Numeral } from "./parse.ts";

/** Looking into JSON that anybody may have written: what is not of the kind that was hoped for is undefined. */

export function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Numeral) ? (value as JsonObject) : undefined;
}

export function listOf(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** A string, cut to a length that can be kept. */
export function stringOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? clip(value) : undefined;
}

/** A string, or a number or truth value in words. */
export function wordOf(value: Json | undefined): string | undefined {
  if (value instanceof Numeral) return clip(value.text);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : stringOf(value);
}

export function numberOf(value: Json | undefined): number | undefined {
  const number = value instanceof Numeral ? Number(value.text) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

const decimal = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * A decimal number, or a string of one, times ten to the power `shift`, as a whole number; what is below one is cut off.
 * Exact at any size that a time may have. Undefined for anything else.
 */
export function wholeOf(value: Json | undefined, shift = 0): bigint | undefined {
  const text = value instanceof Numeral ? value.text : typeof value === "number" ? String(value) : value;
  const match = typeof text === "string" ? decimal.exec(text.trim()) : null;
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const power = Number(exponent) + shift - fraction.length;
  // No time is that long; the power of a hostile number would fill the memory.
  if (power > 40) return undefined;
  const digits = BigInt(whole + fraction);
  const scaled = power >= 0 ? digits * 10n ** BigInt(power) : digits / 10n ** BigInt(-power);
  return sign === "-" ? -scaled : scaled;
}

export function clip(text: string, length: number = importLimits.text): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
