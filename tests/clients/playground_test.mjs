// SPDX-License-Identifier: GPL-3.0-or-later
// The playground page in a real Chromium on the real server. With HUDHUD_SCREENSHOTS=FOLDER it leaves pictures there.
// usage: node playground_test.mjs SERVER_BINARY
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Chromium } from './chromium.mjs';
import { curl } from './curl.mjs';
import { ServerProcess } from './server_process.mjs';
import { runTests, test } from './test_runner.mjs';

const number = '967775000001';
const server = await ServerProcess.create(process.argv[2], `
[plugins]
transports = ["rest", "signalr", "playground"]
`);
let browser;
let apiKey;

async function post(more) {
    const body = JSON.stringify({ recipient: number, subject: 'Hello', content: 'The hoopoe has arrived.', ...more });
    const answer = await curl(`${server.url}/api/v1/messages`, { apiKey, method: 'POST', body });
    assert.equal(answer.status, 202);
    return JSON.parse(answer.body).id;
}

async function statusBecomes(id, status) {
    for (const end = Date.now() + 30_000; Date.now() < end;) {
        const { body } = await curl(`${server.url}/api/v1/messages/${id}`, { apiKey });
        if (JSON.parse(body).status === status)
            return;
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.fail(`${id} does not become ${status}`);
}

async function picture(name, from = browser) {
    if (process.env.HUDHUD_SCREENSHOTS)
        await writeFile(join(process.env.HUDHUD_SCREENSHOTS, `${name}.png`), await from.screenshot());
}

const state = name => `document.getElementById('state').textContent === '${name}'`;
const click = selector => browser.evaluate(`document.querySelector('${selector}').click()`);
const outcomeOf = id => `document.querySelector('[data-id="${id}"] .outcome')?.textContent`;

test('a link with a token is ready to connect, and the token leaves the address', async () => {
    const token = await server.createToken(number);
    await browser.open(`${server.url}/playground#token=${token}`);
    await browser.until(`typeof showState === 'function' && ${state('Disconnected')}`);
    assert.equal(await browser.evaluate('document.getElementById("token").value'), token);
    assert.equal(await browser.evaluate('location.hash'), '');
    await picture('playground-empty');
});

test('it connects, shows what arrives and acknowledges it', async () => {
    await click('#connect');
    await browser.until(state('Connected'));
    const id = await post();
    await browser.until(`${outcomeOf(id)} === 'Acknowledged'`);
    await statusBecomes(id, 'Delivered');
});

test('it can leave that to a person, who may reject, and shows Arabic from right to left', async () => {
    await click('#automatic');
    const id = await post({ subject: 'مرحبا', content: 'وصل الهدهد.', priority: 'High', sender: undefined });
    await browser.until(`document.querySelector('[data-id="${id}"]') !== null`);
    assert.equal(await browser.evaluate(
        `getComputedStyle(document.querySelector('[data-id="${id}"] .content')).direction`), 'rtl');
    await click(`[data-id="${id}"] .reject`);
    await browser.until(`${outcomeOf(id)} === 'Rejected'`);
    await statusBecomes(id, 'DeadLetter');
    await picture('playground-messages');
});

test('a restart of the server is seen and overcome', async () => {
    await server.stop('SIGKILL');
    await browser.until(state('Reconnecting'));
    await server.start();
    await browser.until(state('Connected'));
    const id = await post();
    await browser.until(`document.querySelector('[data-id="${id}"]') !== null`);
    await click(`[data-id="${id}"] .acknowledge`);
    await browser.until(`${outcomeOf(id)} === 'Acknowledged'`);
});

test('a wrong token is said so', async () => {
    await click('#disconnect');
    await browser.until(state('Disconnected'));
    await browser.evaluate(`document.getElementById('token').value = 'nonsense'`);
    browser.problems.length = 0;
    await click('#connect');
    await browser.until(`/401.*token/.test(document.getElementById('problem').textContent)`);
    await picture('playground-problem');
});

test('it also looks right in the dark', async () => {
    const dark = await Chromium.start({ dark: true, width: 420, scale: 2 });
    try {
        await dark.open(`${server.url}/playground`);
        await dark.until('typeof showState === "function"');
        assert.equal(await dark.evaluate('getComputedStyle(document.body).color'), 'rgb(255, 255, 255)');
        await picture('playground-dark', dark);
    } finally {
        await dark.stop();
    }
});

test('it is nowhere unless it is loaded', async () => {
    const plain = await ServerProcess.create(process.argv[2]);
    try {
        await plain.start();
        assert.equal((await curl(`${plain.url}/playground`)).status, 404);
    } finally {
        await plain.remove();
    }
});

try {
    apiKey = await server.createApiKey('send,read');
    await server.start();
    browser = await Chromium.start();
    process.exitCode = await runTests() ? 0 : 1;
} finally {
    await browser?.stop();
    await server.remove();
}
