/**
 * Send readers' comments to moderation from a Node site. One file, no packages; Node 18 or newer.
 *
 *     import { Moderation } from "./moderation.mjs";
 *     const moderation = new Moderation("https://moderation.example.org", process.env.MODERATION_KEY, "/var/lib/site/spool");
 *     const outcome = await moderation.send(comment);      // the body of POST /api/v1/comments, as an object
 *     if (outcome.status === "published") { ... }
 *     // a timer, every minute:  await moderation.resend(async (comment, outcome) => { ... });
 *
 * What this file decides
 * - An attempt ends after a few seconds as a whole, however slowly bytes come. It is repeated once, with the same
 *   Idempotency-Key, so nothing is sent twice.
 * - When the service cannot be reached the comment is kept in a folder and answered as `held`: it must not be shown. `resend`
 *   sends it later, again under its first key, and gives the outcome to your function.
 * - A comment with faults (422) is the reader's to mend: it is answered as `invalid` with the faults, and never kept.
 */

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rmdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

const LONGEST_ANSWER = 1024 * 1024;
const LOCK_STALE = 10 * 60 * 1000;

export class Moderation {
  #url; #key; #spool; #seconds;

  constructor(url, key, spool, seconds = 3) {
    if (!key || /[\r\n]/.test(key)) throw new TypeError("the key of the site is missing or has a line break");
    mkdirSync(spool, { recursive: true, mode: 0o700 });
    this.#url = url.replace(/\/+$/, "");
    [this.#key, this.#spool, this.#seconds] = [key, spool, seconds];
  }

  /** What became of a comment: at least `status`, and `id` once the service has it. */
  async send(comment) {
    const mark = randomBytes(16).toString("hex");
    const body = JSON.stringify(comment);
    return (await this.#attempt(body, mark)) ?? (await this.#attempt(body, mark)) ?? (await this.#keep(body, mark));
  }

  /** Send what was kept, the oldest first; stops at the first failure. How many were sent. */
  async resend(tell) {
    if (!(await this.#lock())) return 0; // another run is at it
    let sent = 0;
    try {
      const files = (await readdir(this.#spool)).filter((name) => name.endsWith(".json")).sort();
      for (const name of files) {
        const body = await readFile(join(this.#spool, name), "utf8");
        const outcome = await this.#attempt(body, name.slice(name.indexOf("-") + 1, -".json".length));
        if (outcome === null) break;
        await tell?.(JSON.parse(body), outcome);
        await unlink(join(this.#spool, name));
        sent += 1;
      }
    } finally {
      await rmdir(join(this.#spool, "lock"));
    }
    return sent;
  }

  /** One attempt; null means: not reached, or not now. */
  async #attempt(body, mark) {
    const headers = {
      "Authorization": `Bearer ${this.#key}`,
      "Content-Type": "application/json",
      "Idempotency-Key": mark,
    };
    const signal = AbortSignal.timeout(this.#seconds * 1000); // for the whole exchange, the body too
    try {
      const url = `${this.#url}/api/v1/comments`;
      const answer = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
      return understand(answer.status, await readSome(answer));
    } catch {
      return null;
    }
  }

  async #keep(body, mark) {
    // The name sorts by time; the file appears whole or not at all, readable by its owner alone.
    const name = join(this.#spool, `${String(Date.now()).padStart(14, "0")}${String(sequence()).padStart(6, "0")}-${mark}`);
    const file = await open(`${name}.part`, "wx", 0o600);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${name}.part`, `${name}.json`);
    return { status: "held", kept: true };
  }

  async #lock() {
    const path = join(this.#spool, "lock");
    const made = () => mkdir(path).then(() => true, () => false);
    if (await made()) return true;
    const age = await stat(path).then((found) => Date.now() - found.mtimeMs, () => 0);
    if (age < LOCK_STALE) return false; // older: a run that died
    await rmdir(path).catch(() => {});
    return made();
  }
}

let last = 0;
const sequence = () => (last = (last + 1) % 1_000_000);

async function readSome(answer) {
  const parts = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > LONGEST_ANSWER) throw new RangeError("the answer is too long");
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return null;
  }
}

function understand(code, answer) {
  if ((code === 200 || code === 201) && answer?.status) return answer;
  if (code === 422 && answer?.errors) return { status: "invalid", errors: answer.errors };
  if ([400, 413, 415].includes(code)) {
    return { status: "invalid", errors: [{ message: answer?.detail ?? `refused with ${code}` }] };
  }
  return null; // 401, 409 in flight, 429, 5xx, or no answer: later
}
