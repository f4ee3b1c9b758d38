import { Button, type ButtonProps, type ElementProps } from "@mantine/core";
import { pastReason, useIsPast } from "../stores/world.ts";

/** A button that does something to the fleet, wherever it stands. In the past it can be seen, but not pressed. */
export function ActButton(props: ButtonProps & ElementProps<"button", keyof ButtonProps>) {
  const past = useIsPast();
  return <Button {...props} disabled={past || props.disabled === true} title={past ? pastReason : props.title} />;
}
