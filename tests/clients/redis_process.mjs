// SPDX-License-Identifier: GPL-3.0-or-later
// A private Redis on a free port that keeps nothing on disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

import { withLimit } from './waiting.mjs';


const startLimitMs = 60_000;

export class RedisProcess {
    // On a free port unless told otherwise.
    static async create(address = '127.0.0.1', port = 0) {
        const server = new RedisProcess();
        server.address = address;
        const probe = createServer().listen(port, address);
        await once(probe, 'listening');
        server.port = probe.address().port;
        await new Promise(resolve => probe.close(resolve));
        await server.start();
        return server;
    }

    // Empty, also after `stop`.
    async start() {
        this.process = spawn('setpriv', ['--pdeathsig', 'KILL', 'redis-server', '--port', String(this.port),
            '--bind', this.address, '--protected-mode', 'no', '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] });
        const ready = new Promise((resolve, reject) => {
            createInterface({ input: this.process.stdout }).on('line', line => {
                if (line.includes('Ready to accept connections'))
                    resolve();
            });
            this.process.once('error', reject);
            this.process.once('exit', code => reject(new Error(`redis-server (Debian: redis-server) ended with ${code}`)));
        });
        await withLimit(ready, startLimitMs, 'Redis is not ready');
    }

    // As when its machine dies.
    async stop() {
        if (this.process.exitCode === null && this.process.signalCode === null) {
            const ended = once(this.process, 'exit');
            this.process.kill('SIGKILL');
            await ended;
        }
    }

    remove() { return this.stop(); }
}
