// SPDX-License-Identifier: GPL-3.0-or-later
// Three real servers on one PostgreSQL and one Redis. Each node reaches them over links of its own that can be cut, reset and
// made lossy.
import { randomBytes } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { freePort } from '../clients/free_port.mjs';
import { PostgresqlProcess } from '../clients/postgresql_process.mjs';
import { RedisProcess } from '../clients/redis_process.mjs';
import { ServerProcess } from '../clients/server_process.mjs';
import { eventually } from '../clients/waiting.mjs';

const secret = randomBytes(32).toString('hex'); // A token holds on all nodes.

// Shorter than the defaults, so that a node is missed within seconds.
const configurationText = (database, cache, bus) => `
[plugins]
storage = "postgresql"
cache = "${bus}"

[cluster]
enabled = true
heartbeat_interval = "1s"
presence_interval = "2s"
repair_interval = "2s"

[delivery]
ack_timeout = "5s"
lease = "10s"

[breakers]
recovery_timeout = "2s"

[storage]
write_timeout = "5s"

[storage.postgresql]
host = "${database.hostname}"
port = ${database.port}
user = "hudhud"
tls = "disable"
connect_timeout = "2s"
statement_timeout = "4s"
maximum_reconnect_delay = "1s"

${bus === 'redis' ? `[cache.redis]
host = "${cache.hostname}"
port = ${cache.port}
command_timeout = "1s"
maximum_reconnect_delay = "1s"
` : `[cache.postgresql]
host = "${database.hostname}"
port = ${database.port}
user = "hudhud"
tls = "disable"
`}`;

export class ChaosCluster {
    // `bus`: redis or postgresql. The network is removed with the cluster.
    static async create(binary, bus, network) {
        const cluster = new ChaosCluster();
        cluster.network = network;
        const port = await freePort();
        cluster.postgresql = await PostgresqlProcess.create({ listen_addresses: network.address, port });
        await appendFile(join(cluster.postgresql.directory, 'data', 'pg_hba.conf'), 'host all all samenet trust\n');
        await cluster.postgresql.query('SELECT pg_reload_conf()');
        cluster.redis = bus === 'redis' ? await RedisProcess.create(['--bind', network.address, '--protected-mode', 'no']) : null;
        cluster.nodes = [];
        for (const name of ['a', 'b', 'c']) {
            const { address, launcher, link, everything } = await network.host();
            const database = await link(port);
            const cache = cluster.redis ? await link(cluster.redis.port) : database;
            const server = await ServerProcess.create(binary, configurationText(database, cache, bus), name, { address, launcher });
            server.secret = secret;
            cluster.nodes.push({ name, server, database, cache, everything });
        }
        return cluster;
    }

    // All at once, on a database that is empty the first time.
    async start() {
        await Promise.all(this.nodes.map(({ server }) => server.start()));
        await this.meet();
        this.apiKey ??= await this.nodes[0].server.createApiKey('send,read');
    }

    async meet() {
        for (const { server } of this.nodes)
            await eventually(async () => await server.metric('hudhud_cluster_nodes{status="healthy"}') === this.nodes.length,
                'the nodes meet');
    }

    // Gives the status of /readyz, 0 when there is no answer in time.
    async readiness({ server }) {
        const answer = await fetch(`${server.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
        return answer?.status ?? 0;
    }

    async allReady() {
        for (const node of this.nodes)
            await eventually(async () => await this.readiness(node) === 200, `node ${node.name} is ready`);
    }

    // Messages that are not finished, in the truth.
    async unfinished() { return Number(await this.postgresql.query('SELECT count(*) FROM queue')); }

    // All that were ever stored: nothing is purged so soon.
    async storedMessages() { return Number(await this.postgresql.query("SELECT count(*) FROM message WHERE subject = 'chaos'")); }
    async deadLetters() { return Number(await this.postgresql.query('SELECT count(*) FROM dead_letter')); }

    async restart({ server }, signal, downMs = 0) {
        await server.stop(signal);
        await pause(downMs);
        await server.start();
    }

    async remove() {
        for (const { server, database, cache } of this.nodes) {
            await server.remove();
            database.close();
            cache.close();
        }
        await this.redis?.remove();
        await this.postgresql.remove();
        await this.network.remove();
    }
}

process.env.HUDHUD_SECURITY__JWT__SECRET = secret;
process.env.HUDHUD_NODE__DRAIN_TIME = '3s';
