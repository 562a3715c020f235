// SPDX-License-Identifier: GPL-3.0-or-later
// A private Redis on a free port that keeps nothing on disk, or a Redis Cluster of such.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { freePort } from './free_port.mjs';
import { eventually, withLimit } from './waiting.mjs';

const run = promisify(execFile);
const startLimitMs = 60_000;

export class RedisProcess {
    static async create(more = []) {
        const server = new RedisProcess();
        server.port = await freePort();
        server.arguments = more;
        await server.start();
        return server;
    }

    // Empty, also after `remove`.
    async start() {
        this.process = spawn('setpriv', ['--pdeathsig', 'KILL', 'redis-server', '--port', String(this.port),
            '--bind', '127.0.0.1', '--save', '', ...this.arguments], { stdio: ['ignore', 'pipe', 'inherit'] });
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
    async remove() {
        if (this.process.exitCode === null && this.process.signalCode === null) {
            const ended = once(this.process, 'exit');
            this.process.kill('SIGKILL');
            await ended;
        }
    }
}

// Three masters without replicas.
export class RedisCluster {
    static async create() {
        const cluster = new RedisCluster();
        cluster.directory = await mkdtemp(join(tmpdir(), 'hudhud-redis-'));
        cluster.servers = [];
        for (let i = 0; i < 3; ++i) {
            cluster.servers.push(await RedisProcess.create(['--cluster-enabled', 'yes', '--cluster-port', String(await freePort()),
                '--dir', cluster.directory, '--cluster-config-file', `nodes-${i}.conf`]));
        }
        cluster.addresses = cluster.servers.map(server => `127.0.0.1:${server.port}`);
        await run('redis-cli', ['--cluster', 'create', ...cluster.addresses, '--cluster-yes']);
        for (const server of cluster.servers) {
            await eventually(async () => (await run('redis-cli', ['-p', String(server.port), 'CLUSTER', 'INFO']))
                .stdout.includes('cluster_state:ok'), 'the Redis Cluster forms');
        }
        return cluster;
    }

    async remove() {
        await Promise.all(this.servers.map(server => server.remove()));
        await rm(this.directory, { recursive: true, force: true });
    }
}
