// Builds the service worker as one plain script, knowing the names of all that a phone must have.
import { build, type Plugin, type Rolldown } from "vite";
import { OLDEST } from "./browsers.ts";

const FOR_PHONES = /\/src\/(phone|islands\/(capture|pin))\//;
const PICTURES = /^(icons|seal)\.svg$/;
const BASE = "/static/";

/** Emit `name`, made from `entry`; `__SHELL__` in it is the list of addresses to keep offline. */
export function serviceWorker(entry: string, name: string): Plugin {
  return {
    name: "service-worker",
    async generateBundle(_options, bundle) {
      const source = await plainScript(entry, shell(bundle));
      this.emitFile({ type: "asset", name, source });
    },
  };
}

/** The start page's script and style, and every part of it that phones fetch later. */
function shell(bundle: Rolldown.OutputBundle): string[] {
  const outputs = Object.values(bundle);
  const main = outputs.find((one) => one.type === "chunk" && one.isEntry && one.name === "main");
  const kept = new Set<string>();
  const keep = (fileName: string): void => {
    const chunk = bundle[fileName];
    if (kept.has(fileName) || chunk?.type !== "chunk") return;
    kept.add(fileName);
    for (const css of chunk.viteMetadata?.importedCss ?? []) kept.add(css);
    chunk.imports.forEach(keep);
    for (const later of chunk.dynamicImports) {
      const part = bundle[later];
      if (part?.type === "chunk" && part.moduleIds.some((id) => FOR_PHONES.test(id))) keep(later);
      else if (FOR_PHONES.test(chunk.facadeModuleId ?? "")) keep(later);
    }
  };
  if (main) keep(main.fileName);
  for (const one of outputs) {
    if (one.type !== "asset") continue;
    if (one.names.some((plain) => PICTURES.test(plain) || plain === "main.css")) kept.add(one.fileName);
  }
  return [...kept].sort().map((fileName) => BASE + fileName);
}

async function plainScript(entry: string, addresses: readonly string[]): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: {
      __SHELL__: JSON.stringify(addresses),
      "process.env.NODE_ENV": '"production"',
    },
    build: {
      write: false,
      modulePreload: false, // nothing is fetched later: it is one script
      target: OLDEST,
      rolldownOptions: {
        transform: { define: { "import.meta": "{}" } }, // a plain script has none
        input: entry,
        output: { format: "iife", codeSplitting: false },
      },
    },
  });
  const first = (Array.isArray(made) ? made[0] : made) as Rolldown.RolldownOutput;
  const chunk = first.output[0];
  return chunk.code;
}
