// What the build leaves in app/static: the icon sprite, and a manifest of plain names to hashed files.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "vite";

/** One SVG file with a symbol for each named icon; the symbol carries the drawing attributes. */
function sprite(names: readonly string[], drawings: string): string {
  const symbols = names.map((name) => {
    const source = readFileSync(join(drawings, `${name}.svg`), "utf8");
    const drawing = source.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Emit icons.svg, drawn from the names in `list`, the browser tab's picture and the home screen's. */
export function pictures(list: string, drawings: string, seal: string, icons: string): Plugin {
  return {
    name: "pictures",
    generateBundle() {
      const names = JSON.parse(readFileSync(list, "utf8")) as string[];
      this.emitFile({ type: "asset", name: "icons.svg", source: sprite(names, drawings) });
      this.emitFile({ type: "asset", name: "seal.svg", source: readFileSync(seal, "utf8") });
      for (const name of readdirSync(icons)) {
        this.emitFile({ type: "asset", name, source: readFileSync(join(icons, name)) });
      }
    },
  };
}

/** Beside each text a packed copy, a seventh smaller than the server's own packing: place this last
 * of those that emit. */
export function packedCopies(): Plugin {
  return {
    name: "packed-copies",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        for (const output of Object.values(bundle)) {
          if (!/\.(css|js|svg)$/.test(output.fileName)) continue;
          const text = output.type === "chunk" ? output.code : output.source;
          this.emitFile({ type: "asset", fileName: `${output.fileName}.br`, source: brotliCompressSync(text) });
        }
      },
    },
  };
}

/** Write manifest.json last, and only then remove the files of earlier builds: a running server
 * never reads a manifest whose files are missing. */
export function namedManifest(folder: string): Plugin {
  return {
    name: "named-manifest",
    writeBundle(_options, bundle) {
      const named: Record<string, string> = {};
      const kept = new Set<string>();
      for (const output of Object.values(bundle)) {
        kept.add(output.fileName);
        if (output.type === "chunk") {
          if (output.isEntry) named[`${output.name}.js`] = output.fileName;
          continue;
        }
        for (const name of output.names) {
          if (/\.(css|svg)$|^icon-.*\.png$|^sw\.js$/.test(name)) named[name] = output.fileName;
        }
      }
      const sorted = Object.fromEntries(Object.entries(named).sort());
      writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
      for (const file of readdirSync(join(folder, "assets"))) {
        if (!kept.has(`assets/${file}`)) rmSync(join(folder, "assets", file));
      }
    },
  };
}

/** Leave out a library's rule. A sibling of anything at all makes a browser look at every descendant
 * again whenever a child comes or goes: it cost a scrolled table a third of each frame. */
export function withoutRule(selector: string): { postcssPlugin: string; Rule(rule: { selector: string; remove(): void }): void } {
  return {
    postcssPlugin: "without-rule",
    Rule(rule) {
      if (rule.selector === selector) rule.remove();
    },
  };
}
