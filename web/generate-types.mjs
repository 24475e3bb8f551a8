/**
 * Writes TypeScript types of JSON Schemas: `node generate-types.mjs SCHEMAS.json TYPES.ts`.
 *
 * `python -m infra.generate_types` calls it with those of the API's description.
 */
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const [from, to] = process.argv.slice(2);
const { banner, definitions } = JSON.parse(await readFile(from, "utf8"));
// A schema that names all others, so that each of them gets its type; it is taken out again.
const root = {
  type: "object",
  properties: Object.fromEntries(
    Object.keys(definitions).map((name) => [name, { $ref: `#/definitions/${name}` }]),
  ),
  definitions,
};
const types = await compile(root, "Everything", {
  additionalProperties: false,
  bannerComment: "",
  cwd: import.meta.dirname,
  style: { printWidth: 100 },
});
await writeFile(to, `${banner}\n\n${types.replace(/export interface Everything \{[^}]*\}\n+/, "")}`);
