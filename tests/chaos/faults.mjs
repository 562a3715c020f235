// SPDX-License-Identifier: GPL-3.0-or-later
// What can happen to a cluster. Each does it and undoes it; `ms` is how long it lasts.
import { setTimeout as pause } from 'node:timers/promises';

export const faults = {
    'kill a node': {
        inject: async (cluster, ms) => cluster.restart(cluster.nodes[2], 'SIGKILL', ms),
    },
    'hang a node': {
        inject: async (cluster, ms) => {
            const { process } = cluster.nodes[1].server;
            process.kill('SIGSTOP');
            await pause(ms);
            process.kill('SIGCONT');
        },
    },
    'restart PostgreSQL': {
        inject: async (cluster, ms) => {
            await cluster.postgresql.kill();
            await pause(ms);
            await cluster.postgresql.start();
        },
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
        inject: async (cluster, ms) => {
            await cluster.redis.remove();
            await pause(ms);
            await cluster.redis.start();
        },
    },
    'cut a node from PostgreSQL': {
        inject: async (cluster, ms) => {
            cluster.nodes[0].database.die();
            await pause(ms);
            cluster.nodes[0].database.resume();
        },
    },
    'cut a node from Redis': {
        needsRedis: true,
        inject: async (cluster, ms) => {
            cluster.nodes[0].cache.die();
            await pause(ms);
            cluster.nodes[0].cache.resume();
        },
    },
    'reset all links of a node': {
        inject: async cluster => {
            cluster.nodes[1].database.cut();
            cluster.nodes[1].cache.cut();
        },
    },
    'lose 10 % of packets': {
        inject: async (cluster, ms) => {
            const links = cluster.nodes.flatMap(node => [node.database, node.cache]);
            links.forEach(link => link.lose(0.1));
            await pause(ms);
            links.forEach(link => link.lose(0));
        },
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
