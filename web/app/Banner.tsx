import { Button, PasswordInput } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { useStore } from "zustand";
import { connect } from "../connection/connect.ts";
import { writeToken } from "../connection/token.ts";
import { liveStore, useWorld, type World } from "../stores/world.ts";
import classes from "./Banner.module.css";
import { formatDuration, formatTime } from "./format.ts";
import { noReplay, useSetSearch } from "./search.ts";

/** Says what is wrong with the connection, since when, and what happens next. Silent while live. */
export function Banner() {
  const { status, problem } = useConnection();
  const hasState = useWorld((world) => world.state !== null);
  if (status === "live" || status === "connecting" || status === "replay") return null;
  return (
    <div className={classes.banner} role="alert">
      {status === "offline" ? <p>{hasState ? <LastSeen /> : "The server does not answer. Is it running? Trying again…"}</p> : null}
      {status === "stopped" ? (
        <p>
          The space is stopped: nothing is decided any more, and nothing acknowledged is lost. What you see is the last picture; it goes on as soon as the space
          does.
        </p>
      ) : null}
      {status === "refused" ? <p>The server refused this dashboard.</p> : null}
      {problem === undefined ? null : <p className={classes.reason}>{problem}</p>}
      {status === "refused" ? <Remedy /> : null}
    </div>
  );
}

/** Of the live space, also while one waits for a moment of its past. */
function useConnection(): Pick<World, "status" | "problem"> {
  const waits = useWorld((world) => world.status === "replay" && world.state === null);
  const shown = useWorld((world) => world.status);
  const live = useStore(liveStore, (world) => world.status);
  const problem = useStore(liveStore, (world) => world.problem);
  return { status: waits ? live : shown, problem };
}

function LastSeen() {
  const lastSeenMs = useWorld((world) => world.lastSeenMs);
  const offsetMs = useWorld((world) => world.serverOffsetMs);
  useSecond();
  const now = Date.now() + offsetMs;
  const ago = formatDuration(Math.round((now - lastSeenMs) / 1_000) * 1_000);
  return (
    <>
      Connection lost. This is the last picture, seen {formatTime(lastSeenMs, now)}, {ago} ago. Trying again…
    </>
  );
}

/** The server's clock stands still while offline; this one does not. */
function useSecond(): void {
  const [, tick] = useState(0);
  useInterval(() => tick((count) => count + 1), 1_000, { autoInvoke: true });
}

/** What helps against a refusal depends on its reason. */
function Remedy() {
  const code = useStore(liveStore, (world) => world.problemCode);
  const space = useStore(liveStore, (world) => world.space);
  const setSearch = useSetSearch();
  if (code === undefined || code === "unauthorized") return <TokenForm />;
  return (
    <div className={classes.form}>
      <Button size="xs" variant="default" onClick={() => (code === "protocol" ? location.reload() : connect(space))}>
        {code === "protocol" ? "Load this page anew" : "Try again"}
      </Button>
      {space === "main" ? null : (
        <Button size="xs" variant="default" onClick={() => setSearch({ space: undefined, sel: undefined, range: undefined, ...noReplay })}>
          Open space main
        </Button>
      )}
    </div>
  );
}

function TokenForm() {
  const space = useStore(liveStore, (world) => world.space);
  const [token, setToken] = useState("");
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        writeToken(token.trim());
        connect(space);
      }}
    >
      <PasswordInput
        size="xs"
        w={280}
        label="Operator token"
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        autoComplete="off"
        required
      />
      <Button size="xs" type="submit" variant="default">
        Connect
      </Button>
    </form>
  );
}
