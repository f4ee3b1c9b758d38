import fc from "fast-check";
import { expect, test } from "vitest";
import type { Box } from "./box.ts";
import { SignalboxError } from "./errors.ts";
import { FakeServer } from "./fake-server.ts";

/** Pieces of real messages, so that what is made up of them comes near enough to be dangerous. */
const word = fc.constantFrom(
  "ok",
  "id",
  "result",
  "status",
  "granted",
  "queued",
  "locks",
  "fence",
  "resource",
  "error",
  "code",
  "type",
  "command",
  "__proto__",
  "revoked",
);
const scalar = fc.oneof(fc.constantFrom("1", "a", "granted", "done", "lost", true, false, null, 0, -1, 1e308, ""), word, fc.string({ maxLength: 10 }));
const { tree: garbage } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie("tree"), { maxLength: 4 }), fc.dictionary(word, tie("tree"), { maxKeys: 4 })),
}));

test("whatever a server says, the client neither breaks nor believes in a lock that it was not given", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(garbage, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.constantFrom("notices", "refused", "what"), garbage)),
      async (answers, messages) => {
        const server = new FakeServer();
        const box: Box = await server.connect({ rejoin: false });
        const hear = server.hear.bind(server);
        let next = 0;
        server.hear = (asked) => {
          if (asked.event === "join" || asked.event === "resume") hear(asked);
          else asked.answer(answers[next++ % answers.length]);
        };
        const outcome = box.lock("a").then(
          (lock) => lock.fence,
          (error: unknown) => error,
        );
        for (const [event, message] of messages) server.say(event, message);
        await box.declare({ state: "idle" }).catch((error: unknown) => expect(error).toBeInstanceOf(SignalboxError));
        expect(box.locks).toEqual([]);
        box.close();
        expect(await outcome).toBeInstanceOf(SignalboxError);
      },
    ),
    { numRuns: 300 },
  );
});
