import { afterEach, describe, expect, it } from "vitest";
import { newToken } from "../config/tokens.ts";
import { closeServers, command, connectAgent, connectOperator, join, refusalOf, startServer } from "../test-server.ts";

afterEach(closeServers);

describe("the handshake", () => {
  it("refuses another version of the protocol and says which one it speaks", async () => {
    const app = await startServer();
    expect(await refusalOf(connectAgent(app, { protocol: 99 }))).toMatchObject({
      code: "protocol",
      field: "protocol",
      message: expect.stringContaining("this server speaks version 1 of the protocol, not 99"),
    });
    expect(await refusalOf(connectOperator(app, { protocol: 0 }))).toMatchObject({ code: "protocol", message: expect.stringContaining("update the client") });
  });

  it.each([
    [{ protocol: "one" }, "protocol: expected number, received string"],
    [{ protocol: undefined }, "protocol: missing, expected number"],
    [{ space: "" }, "space: too small"],
    [{ principal: "a b" }, "principal: use letters"],
    [{ token: "x".repeat(600) }, "token: too large"],
  ])("names the field of a malformed one: %j", async (auth, message) => {
    const app = await startServer();
    expect(await refusalOf(connectAgent(app, auth))).toMatchObject({ code: "invalid", message: expect.stringContaining(message) });
  });

  it("refuses a space that there is not", async () => {
    const app = await startServer();
    expect(await refusalOf(connectAgent(app, { space: "__proto__" }))).toMatchObject({ code: "notFound", field: "space" });
  });

  it("keeps spaces apart", async () => {
    const app = await startServer({ spaces: ["main", "other"] });
    const here = await connectAgent(app);
    const there = await connectAgent(app, { space: "other" });
    expect((await join(here, "a1")).space).toBe("main");
    expect((await join(there, "a1")).space).toBe("other");
  });

  it("lets nobody take the name under which the configuration acts", async () => {
    const app = await startServer();
    expect(await refusalOf(connectOperator(app, { principal: "configuration" }))).toMatchObject({ code: "unauthorized", field: "principal" });
  });
});

describe("tokens", () => {
  const agent = newToken("fleet", "agent");
  const viewer = newToken("vera", "viewer");
  const operator = newToken("olaf", "operator");
  const config = { tokens: [agent.entry, viewer.entry, operator.entry] };

  it("are needed once there are any, and decide who one is", async () => {
    const app = await startServer(config);
    expect(await refusalOf(connectAgent(app))).toMatchObject({ code: "unauthorized", field: "token" });
    expect(await refusalOf(connectAgent(app, { token: `${agent.token}x` }))).toMatchObject({ code: "unauthorized", field: "token" });
    const socket = await connectAgent(app, { token: agent.token, principal: "somebody-else" });
    await join(socket, "a1");
    expect([...app.spaces.get("main")!.state.sessions.values()].map((session) => session.principal)).toEqual(["fleet"]);
  });

  it("open only what their role is for", async () => {
    const app = await startServer(config);
    expect(await refusalOf(connectAgent(app, { token: viewer.token }))).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("vera is viewer; this needs a token of role agent"),
    });
    expect(await refusalOf(connectOperator(app, { token: agent.token }))).toMatchObject({ code: "unauthorized" });
    await connectOperator(app, { token: viewer.token });
  });

  it("OP-6: a viewer may look, but each of its acts is refused on the server", async () => {
    const app = await startServer(config);
    const socket = await connectOperator(app, { token: viewer.token });
    const freeze = { type: "resource.freeze", resource: "repo", reason: "release day" };
    expect(await command(socket, freeze)).toMatchObject({ ok: false, error: { code: "unauthorized", message: expect.stringContaining("vera is a viewer") } });
    expect(app.spaces.get("main")!.state.freezes.size).toBe(0);
    const able = await connectOperator(app, { token: operator.token });
    expect(await command(able, freeze)).toMatchObject({ ok: true });
    expect(app.spaces.get("main")!.state.freezes.get("repo")).toMatchObject({ by: "olaf" });
  });
});

describe("where browsers come from", () => {
  it("refuses pages of other sites: CORS does not cover WebSocket", async () => {
    const app = await startServer({ origins: ["https://signalbox.example.com"] });
    await expect(connectAgent(app, {}, { origin: "https://evil.example" })).rejects.toThrow();
    await expect(connectOperator(app, {}, { origin: "null" })).rejects.toThrow();
    await connectOperator(app, {}, { origin: app.url });
    await connectOperator(app, {}, { origin: "https://signalbox.example.com" });
  });

  it("refuses names that others let point here: DNS rebinding", async () => {
    const app = await startServer();
    await expect(connectOperator(app, {}, { host: "evil.example:4600", origin: "http://evil.example:4600" })).rejects.toThrow();
  });
});
