/** The server's API, typed by schema.d.ts, which `npm run api` writes from openapi.json. */
import createClient from "openapi-fetch";
import type { paths } from "./schema";
import { signed } from "./signed";

export const api = createClient<paths>({ fetch: signed });
