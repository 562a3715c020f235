// SPDX-License-Identifier: GPL-3.0-or-later
// A real Chromium without a screen, driven over its own pipe (Chrome DevTools Protocol), so that no further package is
// needed.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withLimit } from './waiting.mjs';


const limitMs = 60_000;
const pollMs = 50;

export class Chromium {
    static async start({ width = 900, height = 900, dark = false, scale = 1 } = {}) {
        const browser = new Chromium();
        browser.profile = await mkdtemp(join(tmpdir(), 'hudhud-chromium-'));
        // The sandbox needs rights that containers do not give; only our own page is loaded.
        browser.process = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
            '--remote-debugging-pipe', `--user-data-dir=${browser.profile}`, `--window-size=${width},${height}`,
            `--force-device-scale-factor=${scale}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
        browser.exited = new Promise(resolve => browser.process.once('exit', resolve));
        browser.lastId = 0;
        browser.calls = new Map();
        browser.problems = []; // What the page's console complained of.
        let text = '';
        browser.process.stdio[4].on('data', data => {
            const parts = (text + data).split('\0');
            text = parts.pop();
            parts.forEach(part => browser.take(JSON.parse(part)));
        });
        const { targetInfos } = await browser.call('Target.getTargets');
        const { targetId } = targetInfos.find(target => target.type === 'page');
        ({ sessionId: browser.sessionId } = await browser.call('Target.attachToTarget', { targetId, flatten: true }));
        await browser.call('Page.enable');
        await browser.call('Runtime.enable');
        await browser.call('Log.enable');
        if (dark)
            await browser.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
        return browser;
    }

    take({ id, method, params, result, error }) {
        if (method === 'Runtime.exceptionThrown')
            this.problems.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
        if (method === 'Log.entryAdded' && params.entry.level === 'error')
            this.problems.push(params.entry.text);
        const call = this.calls.get(id);
        if (!call)
            return;
        this.calls.delete(id);
        if (error)
            call.reject(new Error(error.message));
        else
            call.resolve(result);
    }

    call(method, params = {}) {
        const id = ++this.lastId;
        const answer = new Promise((resolve, reject) => this.calls.set(id, { resolve, reject }));
        this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.sessionId })}\0`);
        return withLimit(answer, limitMs, `${method} was not answered`);
    }

    open(url) { return this.call('Page.navigate', { url }); }

    // The value of a JavaScript expression in the page.
    async evaluate(expression) {
        const { result, exceptionDetails } = await this.call('Runtime.evaluate',
            { expression, returnByValue: true, awaitPromise: true });
        if (exceptionDetails)
            throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
    }

    // Waits until the expression is true.
    async until(expression) {
        for (const end = Date.now() + limitMs; !await this.evaluate(expression);) {
            if (Date.now() > end)
                throw new Error(`not in time: ${expression}; the page shows: ${await this.evaluate('document.body.innerText')}`);
            await new Promise(resolve => setTimeout(resolve, pollMs));
        }
    }

    async screenshot() {
        const { data } = await this.call('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
        return Buffer.from(data, 'base64');
    }

    async stop() {
        this.process.kill('SIGKILL');
        await this.exited;
        await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
    }
}
