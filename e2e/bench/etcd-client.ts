import { Agent, request } from "node:http";
import type { LockClient } from "./client.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** etcd's own lock service with its queue (`v3lock`), over the JSON gateway that etcd brings: HTTP/1.1, kept alive. */
export async function openEtcd(url: string): Promise<LockClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const post = (path: string, body: object) =>
    new Promise<Record<string, string>>((resolve, reject) => {
      const data = JSON.stringify(body);
      const call = request(`${url}${path}`, {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(data) },
      });
      call.once("error", reject);
      call.once("response", (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.once("end", () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`etcd: ${response.statusCode} ${text}`))));
      });
      call.end(data);
    });
  // A lease owns one place in a lock's queue, so slots that share a connection need different keys: they have them.
  const { ID: lease } = await post("/v3/lease/grant", { TTL: 120 });
  return {
    acquire: async (key) => (await post("/v3/lock/lock", { name: base64(key), lease })).key,
    async release(_, held) {
      await post("/v3/lock/unlock", { key: held });
    },
    async close() {
      agent.destroy();
    },
  };
}
