import { raft } from "../../shared/agents/election/raft/index.ts";
import { connect } from "../../shared/client/index.ts";
import { fileNodeStore } from "../../shared/client/protocol/file-store.ts";

const [agent = "w1", folder = "data"] = process.argv.slice(2);
const box = await connect({ url: process.env.SIGNALBOX_URL ?? "http://127.0.0.1:4600", agent });
const node = await box.run(raft, {
  group: "plan",
  config: { id: agent, members: ["w1", "w2", "w3"] },
  store: fileNodeStore(`${folder}/${agent}.json`),
  apply: (index, value) => console.log(`${index}: ${value}`),
});
node.onChange(({ role, term }) => {
  if (role === "leader") node.propose(`${agent} leads in term ${term}`).catch((problem) => console.error(problem.message));
});
