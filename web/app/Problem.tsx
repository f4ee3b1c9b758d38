import { Component, type ReactNode } from "react";
import classes from "./Problem.module.css";

interface Props {
  /** Subject of the sentence that is shown: "The timeline". */
  readonly where: string;
  readonly children: ReactNode;
}

/** One part that fails does not take the others with it. */
export class Problem extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div role="alert" className={classes.problem}>
        <p>
          {this.props.where} could not be drawn: {error.message}
        </p>
        <button type="button" className={classes.button} onClick={() => this.setState({ error: null })}>
          Draw it again
        </button>{" "}
        <button type="button" className={classes.button} onClick={() => location.reload()}>
          Load this page anew
        </button>
      </div>
    );
  }
}
