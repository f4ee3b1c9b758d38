import { notifications } from "@mantine/notifications";
import type { ImportOptions } from "../../../shared/trace/import/index.ts";
import { recordingUrl } from "../../connection/recording-url.ts";
import { authorization } from "../../connection/token.ts";
import { replay } from "../../replay/replay.ts";

/** Opens a file of this computer: ours, or of another system. */
export function openFile(file: File, as?: ImportOptions): void {
  replay.open({ kind: "file", file, name: file.name, ...(as === undefined ? {} : { as }) });
}

export function openRecording(space: string, recording: string): void {
  const url = recordingUrl(space, recording);
  replay.open({ kind: "recording", name: recording, url, headers: authorization() });
}

/** Lets the person choose a file. */
export function chooseFile(chosen: (file: File) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.onchange = () => {
    const [file] = input.files ?? [];
    if (file !== undefined) chosen(file);
  };
  input.click();
}

/** Gives something to the person as a file. */
export function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The server's file as it is, with the token that a plain link would not carry. */
export async function downloadRecording(space: string, recording: string): Promise<void> {
  const response = await fetch(recordingUrl(space, recording), { headers: authorization() });
  if (response.ok) download(await response.blob(), `${space}-${recording}.sbtrace.gz`);
  else notifications.show({ title: "Not downloaded", message: `The server answered ${response.status}.`, color: "red" });
}
