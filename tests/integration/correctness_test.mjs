// SPDX-License-Identifier: GPL-3.0-or-later
// The Qt client takes messages from a server that is killed twice meanwhile: each arrives, in order.
// usage: node correctness_test.mjs SERVER_BINARY LOADGEN_BINARY
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { ServerProcess } from '../clients/server_process.mjs';
import { runTests, test } from '../clients/test_runner.mjs';
import { eventually, withLimit } from '../clients/waiting.mjs';

const phones = 20;
const messages = 3_000;
const limitMs = 240_000;

const server = await ServerProcess.create(process.argv[2]);
let apiKey;

for (const protocol of ['json', 'messagepack']) {
    test(`nothing is lost or out of order in ${protocol} past two kills`, async () => {
        const program = spawn(process.argv[3], ['correctness', '--url', server.url, '--api-key', apiKey, '--jwt-secret', server.secret,
            '--phones', String(phones), '--messages', String(messages), '--json', ...(protocol === 'json' ? [] : ['--messagepack'])]);
        let output = '';
        program.stdout.on('data', data => { output += data; });
        program.stderr.on('data', data => { output += data; });
        const ended = once(program, 'exit');
        let hasEnded = false;
        ended.then(() => { hasEnded = true; });
        let before = await server.metric('hudhud_ingest_accepted_total');
        for (let kill = 0; kill < 2; ++kill) {
            // In the middle of its work.
            await eventually(async () => hasEnded || await server.metric('hudhud_ingest_accepted_total') > before + messages / 10,
                'the server has accepted messages');
            assert.ok(!hasEnded, output);
            await server.stop('SIGKILL');
            await server.start();
            before = 0;
        }
        const [code] = await withLimit(ended, limitMs, 'the run ends');
        assert.equal(code, 0, output);
        const figures = JSON.parse(output);
        assert.equal(figures.messages, messages);
        assert.ok(figures.reconnects >= phones, output);
        console.log(`RESULT correctness ${protocol}: ${output.trim()}`);
    });
}

let isGood = false;
try {
    apiKey = await server.createApiKey('send,read');
    await server.start();
    isGood = await runTests();
} finally {
    await server.remove();
}
process.exit(isGood ? 0 : 1);
