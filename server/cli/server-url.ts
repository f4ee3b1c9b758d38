/** Where the server is that a command talks to: as told, else SIGNALBOX_URL, else where `signalbox serve` listens by itself. */
export function serverUrl(url: string | undefined): string {
  return (url ?? process.env.SIGNALBOX_URL ?? `http://127.0.0.1:${process.env.PORT ?? 4600}`).replace(/\/+$/, "");
}
