// SPDX-License-Identifier: GPL-3.0-or-later
// A private Redis on a free port that keeps nothing on disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

import { withLimit } from './waiting.mjs';


const startLimitMs = 60_000;

export class RedisProcess {
    static async create() {
        const server = new RedisProcess();
        const probe = createServer().listen(0, '127.0.0.1');
        await once(probe, 'listening');
        server.port = probe.address().port;
        await new Promise(resolve => probe.close(resolve));
        server.process = spawn('setpriv', ['--pdeathsig', 'KILL', 'redis-server', '--port', String(server.port),
            '--bind', '127.0.0.1', '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] });
        const ready = new Promise((resolve, reject) => {
            createInterface({ input: server.process.stdout }).on('line', line => {
                if (line.includes('Ready to accept connections'))
                    resolve();
            });
            server.process.once('error', reject);
            server.process.once('exit', code => reject(new Error(`redis-server (Debian: redis-server) ended with ${code}`)));
        });
        await withLimit(ready, startLimitMs, 'Redis is not ready');
        return server;
    }

    async remove() {
        if (this.process.exitCode === null && this.process.signalCode === null) {
            const ended = once(this.process, 'exit');
            this.process.kill('SIGKILL');
            await ended;
        }
    }
}
