// SPDX-License-Identifier: GPL-3.0-or-later
// What can happen to a cluster. Each does it and undoes it; `ms` is how long it lasts.
import { setTimeout as pause } from 'node:timers/promises';

const during = async (ms, begin, end) => {
    await begin();
    try {
        await pause(ms);
    } finally {
        await end();
    }
};
const cut = (link, ms) => during(ms, () => link.cut(), () => link.heal());
const linksOf = cluster => cluster.nodes.flatMap(node => [node.database, node.cache]);
const everyLink = (cluster, change) => Promise.all(linksOf(cluster).map(change));

async function restartPostgresql({ postgresql }, mode) {
    await postgresql.stop(mode);
    await postgresql.start();
}

export const faults = {
    'nothing': {
        isCalm: true,
        inject: async (cluster, ms) => pause(ms),
    },
    'kill a node': {
        inject: async (cluster, ms) => cluster.restart(cluster.nodes[2], 'SIGKILL', ms),
    },
    'hang a node': {
        inject: async (cluster, ms) => {
            const { process } = cluster.nodes[1].server;
            await during(ms, () => process.kill('SIGSTOP'), () => process.kill('SIGCONT'));
        },
    },
    'kill PostgreSQL': {
        inject: async (cluster, ms) => during(ms, () => cluster.postgresql.kill(), () => cluster.postgresql.start()),
    },
    'restart PostgreSQL fast': {
        inject: async cluster => restartPostgresql(cluster, 'fast'),
    },
    'restart PostgreSQL immediately': {
        inject: async cluster => restartPostgresql(cluster, 'immediate'),
    },
    'restart Redis empty': {
        needsRedis: true,
        inject: async cluster => {
            await cluster.redis.remove();
            await cluster.redis.start();
        },
    },
    'lose Redis': {
        needsRedis: true,
        longFactor: 6,
        inject: async (cluster, ms) => during(ms, () => cluster.redis.remove(), () => cluster.redis.start()),
    },
    'cut a node from PostgreSQL': {
        inject: async (cluster, ms) => cut(cluster.nodes[0].database, ms),
    },
    'cut a node from Redis': {
        needsRedis: true,
        inject: async (cluster, ms) => cut(cluster.nodes[0].cache, ms),
    },
    'cut a node from everything': {
        needsNamespaces: true,
        inject: async (cluster, ms) => cut(cluster.nodes[1].everything, ms),
    },
    'reset all links of a node': {
        inject: async cluster => Promise.all([cluster.nodes[1].database.reset(), cluster.nodes[1].cache.reset()]),
    },
    'lose 10 % of packets': {
        inject: async (cluster, ms) => during(ms, () => everyLink(cluster, link => link.lose(0.1)),
            () => everyLink(cluster, link => link.heal())),
    },
    'rolling restart': {
        inject: async cluster => {
            for (const node of cluster.nodes) {
                await cluster.restart(node, 'SIGTERM');
                await cluster.meet();
            }
        },
    },
};
