// Bundles the extension in two pieces: what runs when the editor starts, and the language client, which
// is large and is loaded when the helper is launched.
import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/extension.ts", "src/client.ts"],
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  minify: process.argv.includes("--production"),
  logLevel: "warning",
  external: ["vscode"],
  plugins: [
    {
      name: "lazy-client",
      setup(build) {
        build.onResolve({ filter: /\/client\.ts$/ }, ({ kind }) =>
          kind === "dynamic-import" ? { path: "./client.cjs", external: true } : undefined,
        );
      },
    },
  ],
});
