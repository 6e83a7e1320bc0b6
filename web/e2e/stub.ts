// A small server with the islands' contract and our content security policy: the islands are walked without the rest
// of the platform, and a policy that they would break shows at once.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { AddressInfo } from "node:net";
import type { Finding, Row, WrongRows } from "../src/grid/contract.js";

const DIST = path.resolve(import.meta.dirname, "../dist");
export const POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'";

const columns = [
  { code: "XK_XDR_MC", label: "行政相对人名称", type: "text" },
  { code: "XK_XDR_SHXYM", label: "统一社会信用代码", type: "text" },
  { code: "XK_XDR_LB", label: "行政相对人类别", type: "code", list: [{ code: "法人及非法人组织", label: "F" }, { code: "自然人", label: "Z" }] },
  { code: "XK_JDRQ", label: "许可决定日期", type: "date" },
];

function judge(values: Record<string, string>): Finding[] {
  const findings: Finding[] = [];
  const code = values["XK_XDR_SHXYM"] ?? "";
  if (/[０-９Ａ-Ｚ]/.test(code)) {
    const suggestion = code.replace(/[０-９Ａ-Ｚ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
    findings.push({ field: "XK_XDR_SHXYM", code: "full-width", severity: "reject", why: "代码中有全角字符。", fix: "请改为半角字符。", suggestion, group: "full-width" });
  } else if (code.length !== 18) {
    findings.push({ field: "XK_XDR_SHXYM", code: "length", severity: "reject", why: `应为 18 位，实为 ${code.length} 位。`, fix: "请核对营业执照。", suggestion: null, group: "length" });
  }
  if (!/^\d{4}\/\d{2}\/\d{2}$/.test(values["XK_JDRQ"] ?? "")) {
    findings.push({ field: "XK_JDRQ", code: "date", severity: "warn", why: "日期写法不一致。", fix: "请写成 2024/01/31。", suggestion: null, group: "date" });
  }
  if (values["XK_XDR_MC"] !== values["XK_XDR_MC"]?.trim()) {
    findings.push({ field: "XK_XDR_MC", code: "blank", severity: "reject", why: "名称前后有空格。", fix: "请删去空格。", suggestion: values["XK_XDR_MC"]?.trim() ?? "", group: "blank" });
  }
  return findings;
}

const RECEIVED: [number, string[]][] = [
  [3, ["示例甲公司", "９１３５０１００Ｍ０００１００Ｙ４３", "法人及非法人组织", "2024/01/02"]],
  [8, ["示例乙公司 ", "91350100M000100Y43", "法人及非法人组织", "2024-1-2"]],
  [21, ["示例丙公司", "９１３５０１００Ｍ０００１００Ｙ４４", "自然人", "2024/03/04"]],
  [22, ["示例丁公司", "9135", "法人及非法人组织", "2024/03/05"]],
];

/** Rows of one stub; every request is kept so that a walk can look at it. */
class Desk {
  rows: Row[];
  asked: { url: string; token: string | undefined; body: unknown }[] = [];
  #before: Row[] = [];

  constructor() {
    this.rows = RECEIVED.map(([row, cells]) => {
      const values = Object.fromEntries(columns.map((c, i) => [c.code, cells[i] ?? ""]));
      return { row, version: 1, values, findings: judge(values) };
    });
  }

  page(group: string): WrongRows {
    const wrong = this.rows.filter((r) => r.findings.length > 0);
    const ids = [...new Set(wrong.flatMap((r) => r.findings.map((f) => f.group)))];
    const groups = ids.map((id) => {
      const all = wrong.flatMap((r) => r.findings).filter((f) => f.group === id);
      const first = all[0] as Finding;
      return { id, code: first.code, title: first.why, why: first.why, fix: first.fix, count: all.length, has_suggestion: all.every((f) => typeof f.suggestion === "string") };
    });
    const rows = group ? wrong.filter((r) => r.findings.some((f) => f.group === group)) : wrong;
    return { columns, rows, groups, total: rows.length };
  }

  put(row: number, values: Record<string, string>): Row {
    const at = this.rows.findIndex((r) => r.row === row);
    const old = this.rows[at] as Row;
    const merged = { ...old.values, ...values };
    const made = { row, version: Number(old.version) + 1, values: merged, findings: judge(merged) };
    this.rows[at] = made;
    return made;
  }

  answer(url: URL, body: Record<string, unknown>): unknown {
    if (url.pathname.endsWith("/wrong-rows.json")) return this.page(url.searchParams.get("group") ?? "");
    if (url.pathname.endsWith("/mend")) {
      const rows = (body["rows"] as { row: number; values: Record<string, string> }[]).map((m) => this.put(m.row, m.values));
      return { undo: "edit:1", rows, remaining: this.rows.filter((r) => r.findings.length > 0).length };
    }
    if (url.pathname.endsWith("/accept")) {
      this.#before = this.rows.map((r) => ({ ...r }));
      let count = 0;
      for (const row of [...this.rows]) {
        for (const f of row.findings.filter((x) => x.group === body["group"] && x.field !== null && x.suggestion)) {
          this.put(row.row, { [f.field as string]: f.suggestion as string });
          count += 1;
        }
      }
      return { count, undo: "token" };
    }
    if (url.pathname.endsWith("/undo")) {
      this.rows = this.#before;
      return { count: 2 };
    }
    return undefined;
  }
}

function page(lang: string): string {
  const chart = {
    kind: "stacked-bar",
    categories: ["住建局", "市监局", "卫健委"],
    unit: "行",
    series: [
      { name: "通过", values: [120, 80, 40], tone: "pass", links: ["/rows?org=1", "/rows?org=2", "/rows?org=3"] },
      { name: "退回", values: [6, 12, 3], tone: "reject", links: ["/rows?org=1&state=rejected", "/rows?org=2&state=rejected", "/rows?org=3&state=rejected"] },
    ],
  };
  const escaped = JSON.stringify(chart).replaceAll("&", "&amp;").replaceAll("'", "&#39;");
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>islands</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="csrf-token" content="the-token">
<link rel="stylesheet" href="/assets/app.css"><script type="module" src="/assets/htmx.js"></script><script type="module" src="/assets/app.js"></script></head>
<body><a class="skip" href="#main">skip</a>
<header class="topbar"><button class="burger" type="button" aria-controls="sidenav" aria-expanded="false" aria-label="menu">☰</button><a class="brand" href="/"><span class="brand-mark" aria-hidden="true">一</span>一数</a></header>
<div class="frame"><nav class="sidenav" id="sidenav" aria-label="main"><div class="nav-title">归集</div><ul><li><a href="/" aria-current="page">提交 <span class="count reject">3</span></a></li><li><a href="/rows">目录</a></li></ul></nav>
<main class="page" id="main"><header class="page-head"><h1>islands</h1><div class="actions"><button class="btn primary">入库</button></div></header>
<ol class="stepper"><li data-state="done">已接收</li><li data-state="done">已读取</li><li data-state="now" aria-current="step">检查中</li><li>入库</li></ol>
<div class="stats"><a class="stat pass" href="/rows"><span class="label">通过</span><span class="figure">980</span></a><div class="stat reject"><span class="label">退回</span><span class="figure">15</span><span class="note">4 类原因</span></div></div>
<div class="card"><h2>改正</h2><div data-grid="/submissions/1"></div></div>
<div class="split even"><figure class="chart card" data-chart='${escaped}'><figcaption>各部门行数</figcaption></figure>
<div class="card"><div class="table-wrap" tabindex="0" role="region" aria-label="表"><table class="table"><thead><tr><th scope="col">部门</th><th scope="col" class="num">行</th><th scope="col">状态</th></tr></thead><tbody><tr><td>住建局</td><td class="num">126</td><td><span class="badge reject">退回</span> <span class="badge warn">提醒</span> <span class="badge pass">通过</span> <span class="badge info">处理中</span> <span class="badge">草稿</span></td></tr></tbody></table></div>
<div class="notice warn"><p>提醒</p></div><div class="notice error"><p>错误</p></div><div class="notice ok"><p>完成</p></div>
<label class="dropzone"><input class="visually-hidden" type="file" name="file"><strong>选择文件</strong><span class="chosen"></span></label>
<form class="form"><div class="field"><label for="n">名称</label><input id="n"><span class="hint">全称</span><span class="error">必填</span></div></form></div></div>
</main></div></body></html>`;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

export interface Stub {
  url: string;
  desk: Desk;
  close(): Promise<void>;
}

export async function startStub(): Promise<Stub> {
  const desk = new Desk();
  const server: Server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "http://stub");
      response.setHeader("Content-Security-Policy", POLICY);
      if (url.pathname.startsWith("/assets/")) {
        const file = path.join(DIST, path.basename(url.pathname));
        response.setHeader("Content-Type", file.endsWith(".css") ? "text/css" : "text/javascript");
        response.end(await readFile(file));
      } else if (url.pathname === "/zh" || url.pathname === "/en") {
        response.setHeader("Content-Type", "text/html; charset=utf-8");
        response.end(page(url.pathname === "/en" ? "en" : "zh-CN"));
      } else {
        const body = await bodyOf(request);
        const token = request.headers["x-csrf-token"];
        desk.asked.push({ url: url.pathname, token: Array.isArray(token) ? token[0] : token, body });
        const answer = desk.answer(url, body);
        response.statusCode = answer === undefined ? 404 : 200;
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify(answer ?? {}));
      }
    })();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, desk, close: () => stopped(server) };
}

/** Stops the server. A browser may hold a connection it opened ahead and never used; `close` alone would wait for it. */
function stopped(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return done;
}
