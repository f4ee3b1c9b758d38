import { clip } from "../json/read.ts";

export interface InnodbLock {
  /** Index or table, and the record where it is told. */
  readonly what: string;
  readonly mode: string;
  readonly transaction: string | undefined;
}

export interface InnodbTransaction {
  /** Its number in the section: `*** (1) TRANSACTION`. */
  readonly number: string;
  readonly line: number;
  id: string | undefined;
  thread: string | undefined;
  query: string;
  readonly holds: InnodbLock[];
  readonly waits: InnodbLock[];
  /** What stands in its way, where the section says so (MariaDB). */
  readonly conflicts: InnodbLock[];
}

export interface InnodbDeadlock {
  readonly line: number;
  at: string;
  readonly transactions: InnodbTransaction[];
  /** Number of the transaction that was rolled back. */
  victim: string | undefined;
}

const begins = /\*\*\* \((\d{1,6})\) TRANSACTION/;
const part = /\*\*\* (?:\((\d{1,6})\) )?(HOLDS THE LOCK|WAITING FOR THIS LOCK|CONFLICTING WITH)/;
const rolledBack = /WE ROLL BACK TRANSACTION \((\d{1,6})\)/;
const header = /LATEST DETECTED DEADLOCK|[Tt]ransactions? deadlock detected/;
const id = /(?:^|\s)TRANSACTION ((?:\d+ )?[0-9A-Fa-f]+)(?:,|\s|$)/;
const thread = /(?:MySQL|MariaDB) thread id (\d+)/;
const lockLine = /(?:RECORD LOCKS|TABLE LOCK)\s/;
const heap = /Record lock, heap no (\d+)/;
const time = /(\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}:\d{2}|\d{6} {1,2}\d{1,2}:\d{2}:\d{2})/;
/** A section of the status that comes after. */
const nextSection = /^(?:TRANSACTIONS|FILE I\/O|BACKGROUND THREAD|SEMAPHORES|BUFFER POOL AND MEMORY|ROW OPERATIONS|LATEST FOREIGN KEY ERROR)\s*$/;
const longestLine = 4_000;

/** Deadlock sections of SHOW ENGINE INNODB STATUS, and those that innodb_print_all_deadlocks writes to the error log. */
export function deadlocksOf(lines: readonly string[]): InnodbDeadlock[] {
  const reader = new SectionReader();
  lines.forEach((text, index) => {
    reader.line(text.slice(0, longestLine), index + 1, lines);
  });
  reader.flush();
  return reader.deadlocks;
}

class SectionReader {
  readonly deadlocks: InnodbDeadlock[] = [];
  #transaction: InnodbTransaction | undefined;
  #part: "holds" | "waits" | "conflicts" | undefined;
  #lock: { text: string; record: string | undefined; room: number } | undefined;
  #inQuery = false;
  #fresh = false;

  line(text: string, line: number, lines: readonly string[]): void {
    if (header.test(text)) {
      this.#begin(line);
      this.#fresh = true;
      const deadlock = this.deadlocks[this.deadlocks.length - 1]!;
      deadlock.at = time.exec(`${lines[line] ?? ""} ${lines[line + 1] ?? ""}`.slice(0, 200))?.[1] ?? time.exec(text)?.[1] ?? "";
      return;
    }
    const number = begins.exec(text)?.[1];
    if (number !== undefined) return this.#transactionBegins(number, line);
    const deadlock = this.deadlocks[this.deadlocks.length - 1];
    if (deadlock === undefined) return;
    const victim = rolledBack.exec(text)?.[1];
    if (victim !== undefined) {
      deadlock.victim = victim;
      return this.#end();
    }
    if (nextSection.test(text)) return this.#end();
    const named = part.exec(text);
    if (named !== null) return this.#partBegins(deadlock, named);
    if (this.#part === undefined) this.#about(text);
    else this.#locks(text);
  }

  flush(): void {
    if (this.#lock === undefined || this.#transaction === undefined || this.#part === undefined) return;
    this.#transaction[this.#part].push(lockOf(this.#lock.text, this.#lock.record));
    this.#lock = undefined;
  }

  #begin(line: number): void {
    this.#end();
    this.deadlocks.push({ line, at: "", transactions: [], victim: undefined });
  }

  #end(): void {
    this.flush();
    this.#transaction = undefined;
    this.#part = undefined;
    this.#inQuery = false;
  }

  #transactionBegins(number: string, line: number): void {
    this.flush();
    const last = this.deadlocks[this.deadlocks.length - 1];
    const isNew = last === undefined || last.victim !== undefined || last.transactions.some((one) => one.number === number);
    if (isNew && !this.#fresh) this.#begin(line);
    this.#fresh = false;
    this.#part = undefined;
    this.#inQuery = false;
    this.#transaction = { number, line, id: undefined, thread: undefined, query: "", holds: [], waits: [], conflicts: [] };
    this.deadlocks[this.deadlocks.length - 1]!.transactions.push(this.#transaction);
  }

  #partBegins(deadlock: InnodbDeadlock, [, number, what]: RegExpExecArray): void {
    this.flush();
    if (number !== undefined) this.#transaction = deadlock.transactions.find((one) => one.number === number) ?? this.#transaction;
    this.#part = what === "HOLDS THE LOCK" ? "holds" : what === "CONFLICTING WITH" ? "conflicts" : "waits";
  }

  #about(text: string): void {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    transaction.id ??= id.exec(text)?.[1];
    const found = thread.exec(text)?.[1];
    if (found !== undefined) {
      transaction.thread = found;
      this.#inQuery = true;
    } else if (this.#inQuery && text.trim() !== "" && !text.startsWith("***")) transaction.query = clip(`${transaction.query} ${text.trim()}`.trim());
  }

  #locks(text: string): void {
    const record = heap.exec(text)?.[1];
    if (lockLine.test(text)) {
      this.flush();
      // Mails and web pages break these lines: what belongs to them may stand on the next two.
      this.#lock = { text, record: undefined, room: 2 };
    } else if (this.#lock !== undefined && record !== undefined) {
      if (this.#lock.record === undefined) this.#lock.record = record;
      this.#lock.room = 0;
    } else if (this.#lock !== undefined && this.#lock.room > 0 && text.trim() !== "" && !/^\s*\d+: len/.test(text)) {
      this.#lock.text += ` ${text.trim()}`;
      this.#lock.room -= 1;
    } else if (this.#lock !== undefined) this.#lock.room = 0;
  }
}

function lockOf(text: string, record: string | undefined): InnodbLock {
  const table = /table\s+([`"\w$./-]+(?:\s*\.\s*[`"\w$-]+)?)/.exec(text)?.[1]?.replace(/[`"\s]/g, "") ?? "?";
  const index = /index\s*[`"]?([\w$-]+)[`"]?\s/.exec(text)?.[1];
  const page = /page no (\d+)/.exec(text)?.[1];
  const place = [...(page === undefined ? [] : [`page ${page}`]), ...(record === undefined ? [] : [`record ${record}`])].join(", ");
  const what = index === undefined ? `table ${table}` : `index ${index} of table ${table}${place === "" ? "" : ` (${place})`}`;
  const mode = /lock[_ ]mode (\S+(?: locks [\w ]+?)?(?: insert intention)?)(?: waiting)?\s*$/.exec(text.trim())?.[1] ?? "";
  return { what: clip(what), mode: clip(mode, 60), transaction: /trx\s+id ((?:\d+ )?[0-9A-Fa-f]+)/.exec(text)?.[1] };
}
