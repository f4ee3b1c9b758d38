import { memo, useMemo } from "react";
import { formatDuration } from "../../app/format.ts";
import { Fact, Facts } from "../../components/Facts.tsx";
import { usageOf } from "../../projections/holds.ts";
import { useNow } from "../../stores/clock.ts";
import { worldStore } from "../../stores/world.ts";
import { Section } from "./parts.tsx";
import { UsageChart } from "./UsageChart.tsx";

const spanMs = 3_600_000;
const everyMs = 5_000;

/** Held and waited in the last hour, as far back as the log goes. */
export const UsageSection = memo(function UsageSection({ resource }: { resource: string }) {
  const toMs = useNow(everyMs);
  const usage = useMemo(() => usageOf(worldStore.getState().events.slice(), resource, toMs - spanMs, toMs), [resource, toMs]);
  if (usage.grants === 0 && usage.slices.every(({ heldMs, waitedMs }) => heldMs + waitedMs === 0)) return null;
  return (
    <Section heading="Held and waited, last hour">
      <UsageChart usage={usage} fromMs={toMs - spanMs} spanMs={spanMs} />
      <Facts>
        <Fact label="grants" value={usage.grants} />
        {usage.waitMs === undefined ? null : (
          <Fact label="wait p50 / p95" value={`${formatDuration(usage.waitMs.median)} / ${formatDuration(usage.waitMs.p95)}`} />
        )}
        {usage.holdMs === undefined ? null : (
          <Fact label="hold p50 / p95" value={`${formatDuration(usage.holdMs.median)} / ${formatDuration(usage.holdMs.p95)}`} />
        )}
        {usage.forced > 0 ? <Fact label="released by force" value={usage.forced} /> : null}
        <Fact label="refused by the guard" value={usage.refusedWrites} />
      </Facts>
    </Section>
  );
});
