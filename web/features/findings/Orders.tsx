import type { LockOrder } from "../../../shared/model/index.ts";
import { formatTime } from "../../app/format.ts";
import { Name } from "../../components/Names.tsx";
import { useNow } from "../../stores/clock.ts";
import classes from "./Findings.module.css";

/** The orders that cross, side by side: who took what first, and what it wanted then. */
export function Orders({ orders }: { orders: readonly LockOrder[] }) {
  const now = useNow(60_000);
  return (
    <div className={classes.orders}>
      {orders.map((order) => (
        <div key={`${order.agent} ${order.first} ${order.next} ${order.atMs}`} className={classes.order}>
          <span>
            <Name kind="agent" id={order.agent} /> {order.intent === undefined ? "took" : "announced"}
          </span>
          <Name kind="resource" id={order.first} />
          <span aria-hidden>↓</span>
          <span className="sb-hidden">and then wanted</span>
          <Name kind="resource" id={order.next} />
          <time>{formatTime(order.atMs, now)}</time>
        </div>
      ))}
    </div>
  );
}
