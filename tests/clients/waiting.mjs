// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for what must come, with an end.
import { setTimeout as pause } from 'node:timers/promises';

const limitMs = 120_000; // Much more than anything takes.

export function withLimit(promise, milliseconds, what) {
    let timer;
    const limit = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what} after ${milliseconds} ms`)), milliseconds);
    });
    return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

// Until `condition`, which may be asynchronous, is true.
export async function eventually(condition, what) {
    const end = Date.now() + limitMs;
    while (!await condition()) {
        if (Date.now() > end)
            throw new Error(`not in time: ${what}`);
        await pause(50);
    }
}
