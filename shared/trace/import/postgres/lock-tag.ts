/** What a row of pg_locks locks, in the words that PostgreSQL's own messages have for it (DescribeLockTag). */
export function describe(values: ReadonlyMap<string, string>): string {
  const type = values.get("locktype") ?? "object";
  const get = (...names: readonly string[]): string => names.map((name) => values.get(name)).find((value) => value !== undefined) ?? "?";
  const relation = get("relation", "relname", "relation_name", "regclass", "table_name", "tablename", "table");
  // A name, as `relation::regclass` gives it, needs no database.
  const database = /^\d+$/.test(relation) && values.has("database") ? ` of database ${get("database", "datname")}` : "";
  switch (type) {
    case "relation":
      return `relation ${relation}${database}`;
    case "extend":
      return `extension of relation ${relation}${database}`;
    case "page":
      return `page ${get("page")} of relation ${relation}${database}`;
    case "tuple":
      return `tuple (${get("page")},${get("tuple")}) of relation ${relation}${database}`;
    case "transactionid":
      return `transaction ${get("transactionid")}`;
    case "virtualxid":
      return `virtual transaction ${get("virtualxid")}`;
    case "advisory":
      return `advisory lock [${get("database")},${get("classid")},${get("objid")},${get("objsubid")}]`;
    case "object":
      return values.has("classid") ? `object ${get("objid")} of class ${get("classid")} of database ${get("database")}` : `object ${relation}`;
    default:
      return `${type} ${["relation", "page", "tuple", "virtualxid", "transactionid", "classid", "objid", "objsubid"].flatMap((name) => values.get(name) ?? []).join(",")}`.trim();
  }
}
