// Scores every page type of a running server: node score.mjs ORIGIN
// Prints a table; ends with 1 when a score is below 100, after naming what is wrong.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const pages = [
  ["home", "/"],
  ["topic", "/topics/networking"],
  ["list", "/questions"],
  ["question", "/questions/api-gateway-lambda"],
  ["search", "/search?q=gateway"],
  ["about", "/about"],
  ["practice", "/practice"],
  ["progress", "/progress"],
  ["settings", "/practice/settings"],
  ["sign up", "/signup"],
  ["not found", "/questions/nat-gatway"],
];
const screens = [["phone", undefined], ["desk", desktopConfig]];
const [origin] = process.argv.slice(2);

const profile = mkdtempSync(join(tmpdir(), "lighthouse-"));
// Neither root nor most containers can have the sandbox, and the only pages opened are our own.
const chrome = await launch({
  chromeFlags: ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-sandbox"],
  userDataDir: profile,
});

async function score(path, config) {
  const flags = { port: chrome.port, onlyCategories: ["accessibility"], disableFullPageScreenshot: true, ignoreStatusCode: true, logLevel: "error" };
  const { lhr } = await lighthouse(origin + path, flags, config);
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  const category = lhr.categories.accessibility;
  const failed = category.auditRefs.map((ref) => lhr.audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
  return { points: Math.round(category.score * 100), failed };
}

let below = 0;
const complaints = [];
try {
  console.log(["page".padEnd(12), ...screens.map(([screen]) => screen.padStart(6))].join(""));
  for (const [name, path] of pages) {
    const points = [];
    for (const [screen, config] of screens) {
      const scored = await score(path, config);
      points.push(scored.points);
      if (scored.points < 100) below += 1;
      for (const audit of scored.failed) {
        const places = audit.details?.items?.map((item) => `\n    ${item.node?.selector ?? ""} ${item.node?.explanation ?? ""}`) ?? [];
        complaints.push(`${name}, ${screen}: ${audit.id}: ${audit.title}${places.join("")}`);
      }
    }
    console.log([name.padEnd(12), ...points.map((value) => String(value).padStart(6))].join(""));
  }
} finally {
  await chrome.kill();
  rmSync(profile, { recursive: true, force: true });
}
for (const complaint of complaints) console.error(complaint);
if (below > 0) {
  console.error(`${below} scores are below 100.`);
  process.exitCode = 1;
}
