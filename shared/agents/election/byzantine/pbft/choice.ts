import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { plants } from "../../../plants.ts";
import { mostSlots, noRequest, type Request, type Showing, type Shown, sameRequest } from "./messages.ts";
import { liarsOf, quorumOf } from "./node.ts";

/** Equal for equal showings, and found for no other one. */
export function digestOf({ prepared, prePrepared }: Showing): string {
  return bytesToHex(
    sha256(
      utf8ToBytes(JSON.stringify([prepared, prePrepared].map((entries) => entries.map(({ view, seq, request }) => [view, seq, request.id, request.value])))),
    ),
  );
}

/**
 * What a new view begins with, slot by slot, from what a quorum or more have to show; undefined while that does not decide
 * it. The rule is that of Castro and Liskov, "Practical Byzantine fault tolerance and proactive recovery", ACM TOCS, 2002,
 * which needs no signatures. A request is taken over when a quorum shows nothing against its having been prepared (A1) and
 * somebody honest vouches for having pre-prepared it (A2); a slot is free when a quorum has nothing prepared for it (B).
 * Whatever was committed anywhere is taken over.
 */
export function choose(members: readonly string[], shown: readonly Shown[]): readonly Request[] | undefined {
  const quorum = quorumOf(members.length);
  if (shown.length < quorum) return undefined;
  const chosen: Request[] = [];
  let taken = 0;
  for (let seq = 1; seq <= mostSlots; seq++) {
    const request = plants.pbftPreparedForgotten ? noRequest : chooseSlot(members, shown, seq);
    if (request === undefined) return undefined;
    chosen.push(request);
    if (!sameRequest(request, noRequest)) taken = seq;
  }
  return chosen.slice(0, taken);
}

function chooseSlot(members: readonly string[], shown: readonly Shown[], seq: number): Request | undefined {
  const quorum = quorumOf(members.length);
  const preparedBy = ({ prepared }: Shown) => prepared.filter((entry) => entry.seq === seq);
  for (const entry of shown.flatMap(preparedBy)) {
    const against = (one: Shown) =>
      preparedBy(one).some(({ view, request }) => view > entry.view || (view === entry.view && !sameRequest(request, entry.request)));
    const vouches = ({ prePrepared }: Shown) =>
      prePrepared.some(({ view, seq: slot, request }) => slot === seq && view >= entry.view && sameRequest(request, entry.request));
    const isUnopposed = shown.filter((one) => !against(one)).length >= quorum;
    if (isUnopposed && shown.filter(vouches).length > liarsOf(members.length)) return entry.request;
  }
  return shown.filter((one) => preparedBy(one).length === 0).length >= quorum ? noRequest : undefined;
}
