// A platform for walks: the executable on a free port with everything in a folder of its own, gone afterwards.
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const TARGET = process.env["CARGO_TARGET_DIR"] ?? path.resolve(import.meta.dirname, "../../target");
const BINARY = process.env["YISHU_BIN"] ?? path.join(TARGET, "debug/yishu");
const STARTS_WITHIN = 60_000;

export const ADMINISTRATOR = { name: "admin", password: "walk-through-7391" };

export interface Platform {
  /** Address without a slash at the end. */
  url: string;
  /** The folder that holds its databases and lake. */
  folder: string;
  stop(): Promise<void>;
}

/** Starts an empty platform with one administrator. Fails with what it printed when it does not come up. */
export function startPlatform(): Promise<Platform> {
  return start((folder) => [
    "serve",
    "--database",
    `sqlite://${path.join(folder, "control.db")}`,
    "--lake",
    `file://${path.join(folder, "lake")}`,
    "--listen",
    "127.0.0.1:0",
    "--admin-password",
    ADMINISTRATOR.password,
  ]);
}

/** Password of every account of the demo city. */
export const DEMO_PASSWORD = "Yishu#2026";

/** What the walks of one run share; once.ts empties it before they begin. */
export const ONCE = path.join(TARGET, "walks");

/** Starts a copy of the smallest demo city as it stands after its three months; the first walk that asks for one plays them. */
export async function startDemo(): Promise<Platform> {
  const made = path.join(ONCE, "demo");
  if (!existsSync(made)) {
    const making = path.join(ONCE, "making");
    await promisify(execFile)(BINARY, ["demo", "--once", "--dir", making, "--scale", "tiny"], { timeout: 900_000 });
    renameSync(making, made);
  }
  return start((folder) => {
    cpSync(made, path.join(folder, "demo"), { recursive: true });
    return ["demo", "--again", "--dir", path.join(folder, "demo"), "--listen", "127.0.0.1:0"];
  });
}

/** Starts the smallest demo city with its accounts and catalogue, before any file is handed in. */
export function startUnfilled(): Promise<Platform> {
  return start((folder) => ["demo", "--unfilled", "--dir", path.join(folder, "demo"), "--scale", "tiny", "--listen", "127.0.0.1:0"], 120_000);
}

/** A file of a simulated city, and who hands it in. */
export interface CityFile {
  path: string;
  resource: string;
  format: string;
  rows: number;
  rejected: number;
  login: string;
}

/** Writes the files of a small city and returns what its manifest says of them. */
export function simulate(folder: string, seed: number): CityFile[] {
  const out = path.join(folder, `city-${seed}`);
  execFileSync(BINARY, ["simulate", "--seed", String(seed), "--scale", "tiny", "--out", out], { stdio: "ignore" });
  const manifest = JSON.parse(readFileSync(path.join(out, "manifest.json"), "utf8")) as {
    files: { file: string; org: string; resource: string; format: string; rows: number; rejected: number }[];
  };
  return manifest.files.map((f) => ({ ...f, path: path.join(out, f.file), login: f.org.replace(/^dept-/, "") }));
}

async function start(options: (folder: string) => string[], within = STARTS_WITHIN): Promise<Platform> {
  const folder = mkdtempSync(path.join(tmpdir(), "yishu-walk-"));
  const process = spawn(BINARY, options(folder), { stdio: ["ignore", "pipe", "pipe"] });
  const url = await address(process, within).catch((error: unknown) => {
    process.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    folder,
    stop: async () => {
      const ended = new Promise((done) => process.once("exit", done));
      process.kill("SIGTERM");
      const patience = setTimeout(() => process.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(patience);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function address(process: ChildProcess, within: number): Promise<string> {
  return new Promise((found, failed) => {
    let printed = "";
    const patience = setTimeout(() => failed(new Error(`no address within ${within / 1000} s:\n${printed}`)), within);
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (!url) return;
      clearTimeout(patience);
      found(url);
    };
    process.stdout?.on("data", read);
    process.stderr?.on("data", read);
    process.once("error", (error) => {
      clearTimeout(patience);
      failed(new Error(`${BINARY} cannot be started (build it, or set YISHU_BIN): ${error.message}`));
    });
    process.once("exit", (code) => {
      clearTimeout(patience);
      failed(new Error(`${BINARY} ended with ${String(code)}:\n${printed}`));
    });
  });
}
