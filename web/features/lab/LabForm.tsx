import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { z } from "zod";
import { type LabParameters, type LabTrouble, labFromTexts, labParametersSchema, labTroubles } from "../../../shared/sim/lab/parameters.ts";
import classes from "./Lab.module.css";
import { algorithmWords, troubleWords } from "./lab-words.ts";

interface LabFormProps {
  readonly parameters: LabParameters;
  readonly running: boolean;
  run(parameters: LabParameters): void;
  cancel(): void;
}

const usual = labParametersSchema.parse({});
const fields = [
  { name: "members", label: "Members", description: "3 to 99; several with commas", bounds: "3 to 99, at most six of them" },
  { name: "delayMs", label: "Longest delay, ms", description: "one way, 1 to 2000", bounds: "1 to 2000, at most six of them" },
  { name: "loss", label: "Share of messages lost", description: "0 to 0.5", bounds: "0 to 0.5, at most four of them" },
  { name: "seeds", label: "Runs of each", description: "1 to 200", bounds: "a whole number from 1 to 200" },
  { name: "from", label: "First seed", description: "the same seed, the same run", bounds: "a whole number from 1 on" },
  { name: "seconds", label: "Length of a run, s", description: "10 to 600, virtual", bounds: "a whole number from 10 to 600" },
] as const;

type FieldName = (typeof fields)[number]["name"];

/** What is compared. Lists are typed as in the link and on the command line, with commas. */
export function LabForm({ parameters, running, run, cancel }: LabFormProps) {
  const [texts, setTexts] = useState(
    () => Object.fromEntries(fields.map(({ name }) => [name, parameters[name].toString().replaceAll(",", ", ")])) as Record<FieldName, string>,
  );
  const [algorithms, setAlgorithms] = useState<readonly string[]>(parameters.algorithms);
  const [troubles, setTroubles] = useState<readonly string[]>(parameters.troubles);
  const [problem, setProblem] = useState<{ readonly field: string; readonly message: string }>();

  const submit = () => {
    try {
      const inOrder = usual.algorithms.filter((name) => algorithms.includes(name));
      const told = labTroubles.filter((trouble: LabTrouble) => troubles.includes(trouble));
      run(labFromTexts({ ...texts, algorithms: inOrder.join(","), troubles: told.join(",") }));
      setProblem(undefined);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const [issue] = error.issues;
      const field = String(issue?.path[0] ?? "");
      const typed = fields.find(({ name }) => name === field);
      setProblem({ field, message: typed === undefined ? "Choose at least one." : `Has to be ${typed.bounds}.` });
    }
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined);

  return (
    <form
      className={classes.form}
      aria-label="What is compared"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Checkbox.Group label="Algorithms" size="xs" value={[...algorithms]} onChange={setAlgorithms} error={errorOf("algorithms")}>
        <div className={classes.choices}>
          {usual.algorithms.map((name) => (
            <Checkbox key={name} size="xs" value={name} label={algorithmWords(name)} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group label="What goes wrong, again and again" size="xs" value={[...troubles]} onChange={setTroubles} error={errorOf("troubles")}>
        <div className={classes.choices}>
          {labTroubles.map((trouble) => (
            <Checkbox key={trouble} size="xs" value={trouble} label={troubleWords[trouble]} />
          ))}
        </div>
      </Checkbox.Group>
      <div className={classes.fields}>
        {fields.map(({ name, label, description }) => (
          <TextInput
            key={name}
            size="xs"
            label={label}
            description={description}
            value={texts[name]}
            error={errorOf(name)}
            onChange={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
          />
        ))}
      </div>
      <div className={classes.buttons}>
        <Button type="submit" size="xs" variant="default" disabled={running}>
          Compare
        </Button>
        <Button size="xs" variant="default" disabled={!running} onClick={cancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
