import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";

const open: (() => void)[] = [];

/** Closes all networks of the test that is over. */
export function closeNetworks(): void {
  for (const close of open.splice(0)) close();
}

/**
 * For tests: a network between clients and a server that can be cut without a word, now and again. A file that uses it says
 * `afterEach(closeNetworks)`.
 */
export async function networkTo(url: string): Promise<{ url: string; cut(): void }> {
  const port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection({ host: "127.0.0.1", port });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  open.push(() => {
    cut();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut };
}
