// Before the first walk: what an earlier run made is of an earlier executable.
import { rmSync } from "node:fs";
import { ONCE } from "./platform.js";

export default function once(): void {
  rmSync(ONCE, { recursive: true, force: true });
}
