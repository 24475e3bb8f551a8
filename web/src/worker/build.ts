/** Builds the service worker: one file beside the page, which knows what the page loads first. */

import { build, type Plugin, type Rolldown } from "vite";

const SOURCE = "src/worker/service-worker.ts";
/** Without a hash: browsers look under this address for a new version. */
const OUTPUT = "sw.js";

export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const first = firstFiles(bundle);
        const index = bundle["index.html"];
        const html = index?.type === "asset" ? String(index.source) : "";
        const code = await compiled({
          SHELL_FILES: JSON.stringify(first.map((name) => `/gallery/${name}`)),
          // names of files hold digests of their content
          SHELL_VERSION: JSON.stringify(digest([html, ...first].join("\n"))),
        });
        this.emitFile({ type: "asset", fileName: OUTPUT, source: code });
      },
    },
  };
}

/** Script and style that the page needs before anything is clicked. */
function firstFiles(bundle: Rolldown.OutputBundle): string[] {
  const found = new Set<string>();
  const take = (name: string): void => {
    const chunk = bundle[name];
    if (found.has(name) || chunk?.type !== "chunk") return;
    found.add(name);
    for (const imported of chunk.imports) take(imported);
  };
  for (const [name, file] of Object.entries(bundle)) {
    if (file.type === "chunk" && file.isEntry) take(name);
    if (file.type === "asset" && name.endsWith(".css")) found.add(name);
  }
  return [...found].sort();
}

/** The worker as one plain script: older browsers take no modules there. */
async function compiled(define: Record<string, string>): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define,
    build: {
      write: false,
      target: "es2022",
      rolldownOptions: { input: SOURCE, output: { format: "iife", entryFileNames: OUTPUT } },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  return output[0].code;
}

/** FNV-1a of a text, in hex: tells builds apart, and nothing depends on it being secret. */
function digest(words: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const letter of words) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(letter.codePointAt(0) ?? 0)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
