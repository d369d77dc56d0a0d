// What the extension costs: `node figures.e2e.ts CODE-SERVER HELPER VSIX SHOTS`. Beside it runs a stand-in
// that does nothing, and the same editor without it is measured, too. The token in it has expired.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { browse, Home, until, Window } from "./editor.ts";
import { reader } from "./reader.ts";

const [codeServer = "", helper = "", vsix = "", shots = ""] = process.argv.slice(2);

/** A token whose time is over, signed by nobody. */
const part = (claims: unknown) => Buffer.from(JSON.stringify(claims)).toString("base64url");
const uuid = "22222222-2222-4222-8222-222222222222";
const expired = `${part({ alg: "HS512", typ: "JWT" })}.${part({ uuid, expires: "2020-01-01T00:00" })}.${"aB3-_x".repeat(15).slice(0, 86)}`;

interface Figures {
  /** Bytes. */
  heap: number;
  rss: number;
}

async function measure(
  extensions: string[],
  look?: (window: Window) => Promise<void>,
  again?: (window: Window) => Promise<void>,
): Promise<Figures> {
  const home = new Home({ codeServer, helper, extensions, shots });
  const changes = join(home.path, "changes");
  const starts = () => home.read(changes).trim().split("\n").length;
  const browser = await browse();
  let shown: Window | undefined;
  try {
    await home.serve();
    Object.assign(home.env, { ELITEA_DEPLOYMENT_URL: home.hello.url, ELITEA_TOKEN: expired });
    await home.start();
    const window = await Window.show(home, browser, { width: 900, height: 1600 }, look !== undefined);
    shown = window;
    await until("the stand-in runs", () => starts() === 1);
    await look?.(window);
    await window.page.reload();
    await until("the stand-in runs again", () => starts() === 2);
    await again?.(window);
    const figures = { heap: Infinity, rss: Infinity };
    for (let number = 0; number < 3; number++) {
      rmSync(`${changes}.memory`, { force: true });
      await window.command("Reader: Measure");
      await until("the memory is measured", () => {
        const { heapUsed, rss } = JSON.parse(home.read(`${changes}.memory`)) as NodeJS.MemoryUsage;
        figures.heap = Math.min(figures.heap, heapUsed);
        figures.rss = Math.min(figures.rss, rss);
        return true;
      });
    }
    return figures;
  } catch (error) {
    await shown?.shot("failed");
    console.error(home.log);
    throw error;
  } finally {
    await browser.close();
    await home.end();
  }
}

const idle = reader();
const without = await measure([idle]);
let activation = "";
// An expired token is told of once, and not again in the next window.
const look = async (window: Window) => {
  await window.status(/expired/);
  await window.notification("Your ELITEA token has expired").waitFor();
  await window.shot("expired");
};
const again = async (window: Window) => {
  const { page } = window;
  await window.status(/expired/);
  await window.command("Developer: Show Running Extensions");
  const time = async (name: string) => {
    const row = page.locator(".runtime-extensions-editor .extension", { hasText: name });
    return Number(/Activation: (\d+)ms/.exec(await row.innerText())?.[1] ?? NaN);
  };
  const [ours, theirs] = [await time("ELITEA Helper"), await time("ELITEA Code")];
  activation = `${ours} ms (an extension that does nothing: ${theirs} ms)`;
  await window.shot("running");
  assert.ok(ours - theirs < 20, `it is activated in ${activation}`);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".notification-toast").count(), 0);
};
const having = await measure([idle, vsix], look, again);
const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
console.log(`activation: ${activation}`);
console.log(`extension host, heap: ${mib(having.heap)}; without it ${mib(without.heap)}`);
console.log(`extension host, resident: ${mib(having.rss)}; without it ${mib(without.rss)}`);
assert.ok(having.heap - without.heap < 8 * 1024 * 1024, "the heap grows by less than 8 MiB");
