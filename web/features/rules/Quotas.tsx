import { useState } from "react";
import type { Quota } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { plural } from "../../app/format.ts";
import { ActButton } from "../../components/ActButton.tsx";
import { Since } from "../../components/Clock.tsx";
import { RowActs } from "../../components/RowActs.tsx";
import { byName } from "../../projections/names.ts";
import { QuotaForm } from "./QuotaForm.tsx";
import classes from "./Quotas.module.css";
import { openQuota } from "./quota-acts.ts";

/** How much all agents of one principal may have together, against hoarders. Rendered anew by the view around it. */
export function Quotas({ state }: { state: State }) {
  const [edited, setEdited] = useState<Quota | "new">();
  const quotas = [...state.quotas.values()].sort((left, right) => byName(left.principal, right.principal));
  return (
    <section className={classes.quotas} aria-labelledby="quotas">
      <header className={classes.head}>
        <h3 id="quotas">Quotas</h3>
        <span className={classes.counts}>
          {quotas.length === 0 ? "none: every agent may have as much as a session is allowed" : plural(quotas.length, "principal")}
        </span>
        <ActButton size="xs" variant="default" onClick={() => setEdited("new")}>
          New quota…
        </ActButton>
      </header>
      {quotas.length === 0 ? null : (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Principal</th>
                <th scope="col">Locks</th>
                <th scope="col">Waits</th>
                <th scope="col">Set by</th>
                <th scope="col">For</th>
                <th scope="col">Reason</th>
                <th scope="col">Acts</th>
              </tr>
            </thead>
            <tbody>
              {quotas.map((quota) => (
                <tr key={quota.principal}>
                  <th scope="row">{quota.principal}</th>
                  <Used bound={quota.locks} used={state.tallies.get(quota.principal)?.locks ?? 0} />
                  <Used bound={quota.waits} used={state.tallies.get(quota.principal)?.waits ?? 0} />
                  <td>{quota.by}</td>
                  <td>
                    <Since sinceMs={quota.atMs} />
                  </td>
                  <td className={classes.reason}>{quota.reason}</td>
                  <td>
                    <RowActs
                      of={quota.principal}
                      acts={[
                        { label: "Change…", name: `Change the quota of ${quota.principal}`, run: () => setEdited(quota) },
                        {
                          label: "Take away…",
                          name: `Take the quota of ${quota.principal} away`,
                          run: () => openQuota({ principal: quota.principal, locks: null, waits: null }),
                        },
                      ]}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {edited === undefined ? null : (
        <QuotaForm
          quota={edited === "new" ? undefined : edited}
          principals={[...new Set([...state.sessions.values()].map(({ principal }) => principal))].sort(byName)}
          close={() => setEdited(undefined)}
        />
      )}
    </section>
  );
}

/** `3 of 5`; a bound that is reached says so. */
function Used({ bound, used }: { bound: number | null; used: number }) {
  if (bound === null) return <td>{used}, no bound</td>;
  return (
    <td data-full={used >= bound || undefined}>
      {used} of {bound}
      {used >= bound ? ", full" : ""}
    </td>
  );
}
