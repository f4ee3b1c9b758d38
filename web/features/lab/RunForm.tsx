import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { labParametersSchema, labTroubles } from "../../../shared/sim/lab/parameters.ts";
import classes from "./Lab.module.css";
import { runFromLink, runToLink, type WatchedRun } from "./lab-link.ts";
import { algorithmWords, troubleWords } from "./lab-words.ts";

const usual = labParametersSchema.parse({});
const numbers = [
  { name: "members", label: "Members" },
  { name: "delayMs", label: "Delay, ms" },
  { name: "loss", label: "Share lost" },
] as const;

/** Which run is watched: one combination and a seed. */
export function RunForm({ run, watch }: { run: Pick<WatchedRun, "cell" | "seed">; watch: (link: string) => void }) {
  const [algorithm, setAlgorithm] = useState(run.cell.algorithm);
  const [trouble, setTrouble] = useState<string>(run.cell.trouble);
  const [texts, setTexts] = useState({
    members: String(run.cell.members),
    delayMs: String(run.cell.delayMs),
    loss: String(run.cell.loss),
    seed: String(run.seed),
  });
  const [problem, setProblem] = useState("");
  const submit = () => {
    const link = [algorithm, texts.members, texts.loss, texts.delayMs, trouble, texts.seed].map((text) => text.trim()).join("/");
    const read = runFromLink(link);
    if (read === undefined) return setProblem("3 to 99 members, 1 to 2000 ms, 0 to 0.5 lost, and a seed from 1 on.");
    setProblem("");
    watch(runToLink(read));
  };
  return (
    <form
      className={classes.runForm}
      aria-label="The run that is watched"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <NativeSelect
        size="xs"
        label="Algorithm"
        data={usual.algorithms.map((name) => ({ value: name, label: algorithmWords(name) }))}
        value={algorithm}
        onChange={(event) => setAlgorithm(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        label="Goes wrong"
        data={labTroubles.map((name) => ({ value: name, label: troubleWords[name] }))}
        value={trouble}
        onChange={(event) => setTrouble(event.currentTarget.value)}
      />
      {numbers.map(({ name, label }) => (
        <TextInput key={name} size="xs" label={label} value={texts[name]} onChange={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })} />
      ))}
      <TextInput size="xs" label="Seed" value={texts.seed} onChange={(event) => setTexts({ ...texts, seed: event.currentTarget.value })} />
      <Button type="submit" size="xs" variant="default">
        Watch
      </Button>
      {problem === "" ? null : <p role="alert">{problem}</p>}
    </form>
  );
}
