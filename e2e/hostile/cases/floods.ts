import { answersSchema } from "../../../shared/protocol/index.ts";
import { type Case, type Site, withAgent, withClient } from "../case.ts";
import { RawClient } from "../raw-client.ts";
import { RawSocket } from "../raw-socket.ts";

const group = "floods";

/** Sends many messages without waiting and gives all their answers. */
async function flood(client: RawClient, count: number, packet: (index: number) => string): Promise<unknown[]> {
  const first = 1_000_000;
  const answers = Array.from({ length: count }, (_, index) => client.answer(first + index));
  for (let index = 0; index < count; index++) client.tell(`${first + index}${packet(index)}`);
  return Promise.all(answers);
}

function assertAllAnswered(answers: readonly unknown[]): void {
  const missing = answers.filter((answer) => answer === undefined).length;
  if (missing > 0) throw new Error(`${missing} of ${answers.length} got no answer`);
}

export const floods: readonly Case[] = [
  {
    group,
    name: "900 messages of 20 commands each, all at once",
    run: (site) =>
      withAgent(site, async (client) => {
        const answers = await flood(client, 900, (index) => {
          const some = Array.from({ length: 20 }, (_, at) => `{"id":"${index}.${at}","type":"session.declare","progress":${index}}`);
          return `["commands",[${some.join(",")}]]`;
        });
        assertAllAnswered(answers);
        const all = answers.flatMap((answer) => answersSchema.parse(answer));
        const refused = all.filter((answer) => !answer.ok).length;
        if (all.length !== 18_000) throw new Error(`${all.length} answers instead of 18,000`);
        return `${all.length - refused} done, ${refused} refused`;
      }),
  },
  {
    group,
    name: "900 messages that there are not",
    run: (site) =>
      withClient(site, "/agents", async (client) => {
        const answers = await flood(client, 900, (index) => `["message-${index}",{}]`);
        assertAllAnswered(answers);
        return `${answers.length} answered`;
      }),
  },
  {
    group,
    name: "900 malformed joins",
    run: (site) =>
      withClient(site, "/agents", async (client) => {
        const answers = await flood(client, 900, () => '["join",{"agent":[],"labels":{"__proto__":[]}}]');
        assertAllAnswered(answers);
        return `${answers.length} answered`;
      }),
  },
  {
    group,
    name: "900 heartbeats",
    run: (site) =>
      withAgent(site, async (client) => {
        const answers = await flood(client, 900, () => '["heartbeat",{}]');
        assertAllAnswered(answers);
        return `${answers.length} answered`;
      }),
  },
  {
    group,
    name: "20,000 messages without looking at any answer: answered or thrown out",
    run: (site) =>
      withClient(site, "/agents", async (client) => {
        const answers = await flood(client, 20_000, () => '["heartbeat",{}]');
        const answered = answers.filter((answer) => answer !== undefined).length;
        if (answered < answers.length && !client.socket.isClosed) throw new Error(`${answers.length - answered} were passed over in silence`);
        return client.socket.isClosed ? `thrown out after ${answered} answers` : `${answered} answered`;
      }),
  },
  {
    group,
    name: "900 waits for one lock, then gone without a word",
    run: (site) =>
      withAgent(site, async (holder) => {
        const resource = site.name();
        await holder.ask("commands", `[{"id":"c","type":"lock.acquire","wants":[{"resource":"${resource}"}]}]`);
        return withAgent(site, async (client) => {
          const answers = await flood(
            client,
            1_000,
            (index) => `["commands",[{"id":"w${index}","type":"lock.acquire","wants":[{"resource":"${resource}/${index}"}]}]]`,
          );
          assertAllAnswered(answers);
          return `${answers.length} answered`;
        });
      }),
  },
  {
    group,
    name: "200 connections that say nothing more",
    run: async ({ port }: Site) => {
      const sockets = await Promise.all(Array.from({ length: 200 }, () => RawSocket.open(port)));
      for (const socket of sockets) socket.destroy();
      return `${sockets.length} opened and dropped`;
    },
  },
  {
    group,
    name: "100 agents that join and vanish at once",
    run: async (site: Site) => {
      const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.connect(site.port, "/agents")));
      for (const client of clients) {
        client.tell(`1["join",{"agent":"${site.name()}","resumeKey":"0123456789abcdef","ttlMs":1000}]`);
        client.destroy();
      }
      return `${clients.length} vanished`;
    },
  },
  {
    group,
    name: "20 viewers that subscribe and never read",
    run: async (site: Site) => {
      const viewers = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(site.port, "/operators")));
      for (const viewer of viewers) viewer.tell('1["subscribe",{}]');
      await withAgent(site, (client) => flood(client, 200, (index) => `["commands",[{"id":"f${index}","type":"session.declare","progress":${index}}]]`));
      for (const viewer of viewers) viewer.destroy();
      return `${viewers.length} dropped`;
    },
  },
];
