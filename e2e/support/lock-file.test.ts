import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Entry {
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * `npm ci` refuses a lock file in which a package's builds for other systems are missing, and npm leaves them out when the
 * registry it was written with does not carry them.
 */
test("the lock file names every optional package, also those for other systems", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Entry> };
  const found = (from: string, name: string): boolean => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
      if (packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`]) return true;
      if (folder === "") return false;
    }
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !found(path, name))
      .map((name) => `${path} wants ${name}`),
  );
  expect(missing).toEqual([]);
});
