import { readFileSync, readdirSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import WebSocket from "ws";
import { chromiumFlags, ensureChromium } from "./e2e/support/chromium.ts";
import { SignalboxServer } from "./e2e/support/signalbox-server.ts";
const [file = "/tmp/webperf/bench.sbtrace", out = "/tmp/webperf/probe", what = "mem,seek,pan"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "probe-"));
const server = await SignalboxServer.start({ dataFolder: join(folder, "data") });
const port = 9300 + Math.floor(Math.random() * 500);
const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...chromiumFlags(), "--enable-precise-memory-info", `--remote-debugging-port=${port}`] });
const log = (...a: unknown[]) => console.log(new Date().toISOString().slice(11, 19), ...a);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(1e9);
  page.on("pageerror", (e) => console.error("pageerror", e.message));
  await page.goto(`${server.url}/?view=traces`);
  await page.getByRole("button", { name: "Open a file…" }).waitFor();
  const { webSocketDebuggerUrl } = await (await fetch(`http://127.0.0.1:${port}/json/version`)).json() as { webSocketDebuggerUrl: string };
  const ws = new WebSocket(webSocketDebuggerUrl, { maxPayload: 1 << 30 });
  await new Promise((r) => ws.on("open", r));
  let id = 0; const waiting = new Map<number, (m: any) => void>(); const listeners: ((m: any) => void)[] = [];
  ws.on("message", (d) => { const m = JSON.parse(String(d)); if (m.id) { waiting.get(m.id)?.(m); waiting.delete(m.id); } else for (const l of listeners) l(m); });
  const send = (method: string, params: object = {}, sessionId?: string): Promise<any> => new Promise((ok, no) => { const my = ++id; waiting.set(my, (m) => m.error ? no(new Error(method + JSON.stringify(m.error))) : ok(m.result)); ws.send(JSON.stringify({ id: my, method, params, sessionId })); });
  const workers: string[] = [];
  listeners.push((m) => { if (m.method === "Target.attachedToTarget" && m.params.targetInfo.type === "worker") { workers.push(m.params.sessionId); } });
  const { targetInfos } = await send("Target.getTargets");
  const target = targetInfos.find((t: any) => t.type === "page" && t.url.includes("view=traces"));
  const { sessionId: pageS } = await send("Target.attachToTarget", { targetId: target.targetId, flatten: true });
  await send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }, pageS);
  const { processInfo } = await send("SystemInfo.getProcessInfo");
  const rss = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  const pid = processInfo.filter((p: any) => p.type === "renderer").map((p: any) => p.id).sort((a: number, b: number) => rss(b) - rss(a))[0] as number;
  const cpu = () => { const by: Record<string, number> = {}; for (const t of readdirSync(`/proc/${pid}/task`)) { try { const n = readFileSync(`/proc/${pid}/task/${t}/comm`, "utf8").trim(); by[n] = (by[n] ?? 0) + Number(readFileSync(`/proc/${pid}/task/${t}/schedstat`, "utf8").split(" ")[0]) / 1e6; } catch {} } return by; };
  const diff = (a: Record<string, number>, b: Record<string, number>, n: number) => Object.fromEntries(Object.entries(b).map(([k, v]) => [k, +((v - (a[k] ?? 0)) / n).toFixed(2)] as const).filter(([, v]) => v > 0.05));
  const gpu = processInfo.find((p: any) => p.type === "GPU")?.id;
  log("empty rss", rss(pid));
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open a file…" }).click();
  let t0 = Date.now(); let c0 = cpu();
  await (await chooser).setFiles(file);
  let peak = 0;
  const slider = "[role=slider][aria-label='Cursor in time']";
  await page.locator(slider).waitFor();
  for (;;) { await page.waitForTimeout(1000); peak = Math.max(peak, rss(pid)); if (await page.evaluate(`Number(document.querySelector("${slider}")?.getAttribute("aria-valuenow")) > 0 && document.querySelector("[role=progressbar]") === null`)) break; }
  log("open ms", Date.now() - t0, "cpu", JSON.stringify(diff(c0, cpu(), 1)), "peak rss", peak, "rss", rss(pid), "workers", workers.length);
  const w = workers.at(-1) as string;
  const mem = async (label: string, gc: boolean) => {
    for (const [n, s] of [["page", pageS], ["worker", w]] as const) {
      if (gc) { await send("HeapProfiler.enable", {}, s); await send("HeapProfiler.collectGarbage", {}, s); }
      const u = await send("Runtime.getHeapUsage", {}, s);
      log(label, n, JSON.stringify(Object.fromEntries(Object.entries(u).map(([k, v]) => [k, +((v as number) / 1e6).toFixed(1)]))));
    }
    const names: Record<string, number> = {}; let nm = ""; for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) { const h = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)$/.exec(line); if (h) nm = h[1] || "anon"; const r = /^Rss:\s+(\d+)/.exec(line); if (r) names[nm.replace(/.*\//, "")] = (names[nm.replace(/.*\//, "")] ?? 0) + Number(r[1]) / 1024; }
    log(label, "maps", JSON.stringify(Object.fromEntries(Object.entries(names).filter(([, v]) => v > 3).sort((a, b) => b[1] - a[1]).map(([k, v]) => [k, Math.round(v)]))));
    const roll = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"); log(label, "rss", rss(pid).toFixed(0), "anon", (Number(/Anonymous:\s+(\d+)/.exec(roll)?.[1]) / 1024).toFixed(0), "private clean", (Number(/Private_Clean:\s+(\d+)/.exec(roll)?.[1]) / 1024).toFixed(0));
  };
  await mem("opened", false);
  await page.waitForTimeout(1000);
  await page.locator("body").press("1");
  await page.getByText("Timeline only", { exact: true }).click();
  await page.waitForTimeout(1000);
  const seek = (n: number) => page.evaluate(`(async () => {
    const slider = document.querySelector("${slider}"); const track = slider.closest("div[style*=height]") ?? slider.parentElement; const box = track.getBoundingClientRect(); const took = []; track.setPointerCapture = () => {};
    for (let i = 0; i < ${n}; i++) { const share = (((i + 1) * 0.61803398875) % 1) * 0.98 + 0.01; const before = slider.getAttribute("aria-valuenow"); const began = performance.now();
      const painted = new Promise((done) => { const seen = new MutationObserver(() => { if (slider.getAttribute("aria-valuenow") === before) return; seen.disconnect(); requestAnimationFrame(() => setTimeout(() => done(performance.now()))); }); seen.observe(slider, { attributes: true }); setTimeout(() => { seen.disconnect(); done(undefined); }, 5000); });
      const at = { button: 0, pointerId: 1, clientX: box.left + share * box.width, clientY: box.top + 5, bubbles: true };
      track.dispatchEvent(new PointerEvent("pointerdown", at)); track.dispatchEvent(new PointerEvent("pointerup", at)); const end = await painted; if (end) took.push(end - began); await new Promise((next) => setTimeout(next, 60)); }
    took.sort((a,b)=>a-b); return [took[took.length>>1], took[Math.floor(took.length*.95)], took.length]; })()`);
  const profiled = async (name: string, run: () => Promise<unknown>, n: number) => {
    c0 = cpu(); const r0 = await run(); log(name, "plain", JSON.stringify(r0), "cpu ms each", JSON.stringify(diff(c0, cpu(), n)));
    for (const s of [pageS, w]) { await send("Profiler.enable", {}, s); await send("Profiler.setSamplingInterval", { interval: 200 }, s); await send("Profiler.start", {}, s); }
    await run();
    for (const [k, s] of [["page", pageS], ["worker", w]] as const) { const { profile } = await send("Profiler.stop", {}, s); writeFileSync(`${out}-${name}-${k}.cpuprofile`, JSON.stringify(profile)); }
  };
  if (what.includes("seek")) await profiled("seek", () => seek(40), 40);
  const pan = (n: number) => page.evaluate(`new Promise((done) => { const element = document.querySelector("section[aria-label='Timeline lanes']"); const box = element.getBoundingClientRect(); let frame = 0; const gaps = []; let last; const step = (now) => { if (last) gaps.push(now - last); last = now; if (frame >= ${n}) { gaps.sort((a,b)=>a-b); return done([gaps[gaps.length>>1], gaps[Math.floor(gaps.length*.95)]]); } element.dispatchEvent(new WheelEvent('wheel', { deltaX: frame % 120 < 60 ? -12 : 12, clientX: 700, clientY: box.y + 60, bubbles: true, cancelable: true })); frame++; requestAnimationFrame(step); }; requestAnimationFrame(step); })`);
  if (what.includes("pan")) {
    await page.click("button[aria-label^='Fit']");
    const g0 = gpu ? readFileSync(`/proc/${gpu}/schedstat`, "utf8") : "";
    await profiled("pan", () => pan(200), 200);
    await page.getByText("by resource", { exact: true }).click(); await page.waitForTimeout(500);
    await page.click("button[aria-label^='Fit']");
    await profiled("panres", () => pan(200), 200);
  }
  await mem("after use", false); await mem("after gc", true);
  if (what.includes("snap")) for (const [k, s] of [["page", pageS], ["worker", w]] as const) {
    const parts: string[] = []; const l = (m: any) => { if (m.method === "HeapProfiler.addHeapSnapshotChunk" && m.sessionId === s) parts.push(m.params.chunk); }; listeners.push(l);
    await send("HeapProfiler.takeHeapSnapshot", { reportProgress: false }, s); 
    writeFileSync(`${out}-${k}.heapsnapshot`, parts.join("")); log("snapshot", k, parts.reduce((a, b) => a + b.length, 0) / 1e6);
  }
  ws.close();
} finally { await browser.close(); await server.stop(); rmSync(folder, { recursive: true, force: true }); }
