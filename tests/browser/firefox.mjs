// 책을 Firefox로 열어 봅니다: node firefox.mjs NODE_MODULES < 할 일.json > 본 것.json
// 할 일은 { firefox, pages, inspect }나 { firefox, book, queries }이고, 본 것은 { wrong, found }입니다.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const puppeteer = createRequire(`${process.argv[2]}/`)("puppeteer-core");
const job = JSON.parse(readFileSync(0, "utf-8"));
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: job.firefox,
  headless: true,
});
const wrong = {}; // 쪽 → 잘못된 것
const found = {}; // 찾는 말 → 쪽의 주소

async function open(address, width) {
  const tab = await browser.newPage();
  const problems = (wrong[address] ??= []);
  tab.on("pageerror", (error) => problems.push(`스크립트: ${error.message}`));
  tab.on("console", (said) => said.type() === "error" && problems.push(`콘솔: ${said.text()}`));
  tab.on("requestfailed", (request) => problems.push(`받지 못했습니다: ${request.url()}`));
  await tab.setViewport({ width, height: 900 });
  await tab.goto(address);
  return tab;
}

async function inspect(address, width) {
  const tab = await open(address, width);
  wrong[address].push(...(await tab.evaluate(`(${job.inspect})()`)));
  await tab.close();
}

async function search(tab, query) {
  found[query] = await tab.evaluate(async (query) => {
    const box = document.querySelector("#pst-search-dialog");
    const input = box.querySelector("input");
    const status = box.querySelector(".search-status");
    status.textContent = "";
    input.value = query;
    input.dispatchEvent(new InputEvent("input"));
    while (!/찾았|없습니다/.test(status.textContent))
      await new Promise((done) => setTimeout(done, 10));
    const [exact] = box.querySelectorAll(".search-pages");
    return [...(exact?.querySelectorAll(".search-hit") ?? [])].map((hit) => hit.href);
  }, query);
}

for (const width of [1280, 390])
  for (const address of job.pages ?? []) await inspect(address, width);

if (job.book) {
  const tab = await open(job.book, 1280);
  await tab.keyboard.press("/");
  await tab.waitForFunction(() => document.activeElement.closest("#pst-search-dialog"));
  for (const query of job.queries) await search(tab, query);
}

process.stdout.write(JSON.stringify({ wrong, found }));
await browser.close();
