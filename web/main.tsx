import { z } from "zod";

// The server's content policy allows no code made from text, which zod tries when a schema is made: so before all of them.
z.config({ jitless: true });
void import("./app/start.tsx");
