import { z } from "zod";

// As in the page: the server's content policy allows no code made from text, which zod tries when a schema is made.
z.config({ jitless: true });
