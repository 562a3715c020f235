// SPDX-License-Identifier: GPL-3.0-or-later
// A phone of the tests: the official client, remembering what arrived.
import { HttpTransportType, HubConnectionBuilder, JsonHubProtocol } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

import { withLimit } from './waiting.mjs';


const arrivalLimitMs = 60_000;

export class PhoneClient {
    // `acknowledge`: false leaves that to the test.
    constructor(url, token, { acknowledge = true, reconnects = false, stateful = false, serverTimeoutMs, keepAliveMs,
        queryToken = false, negotiate = true, hub = '/online-mobile-user', protocol = 'json', transport = HttpTransportType.WebSockets } = {}) {
        this.messages = [];
        this.chats = []; // Of the messages, those that came as chat.
        this.withdrawn = [];
        this.pages = [];
        this.reconnecting = false;
        this.waiters = [];
        this.logged = [];
        const target = `${url}${hub}${queryToken ? `?access_token=${token}` : ''}`;
        let builder = new HubConnectionBuilder().configureLogging({ log: (level, text) => this.logged.push(text) }).withUrl(target, {
            transport,
            skipNegotiation: !negotiate,
            ...(queryToken ? {} : { accessTokenFactory: () => token }),
        });
        builder = builder.withHubProtocol(protocol === 'json' ? new JsonHubProtocol() : new MessagePackHubProtocol());
        if (reconnects)
            builder = builder.withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 200 });
        if (stateful)
            builder = builder.withStatefulReconnect();
        if (serverTimeoutMs)
            builder = builder.withServerTimeout(serverTimeoutMs);
        if (keepAliveMs)
            builder = builder.withKeepAliveInterval(keepAliveMs);
        this.connection = builder.build();
        this.connection.on('ReceiveMessage', message => this.arrived([message], acknowledge));
        this.connection.on('ReceiveChatMessage', message => {
            this.chats.push(message);
            this.arrived([message], acknowledge);
        });
        this.connection.on('MessageWithdrawn', id => {
            this.withdrawn.push(id);
            this.wake();
        });
        this.connection.on('ReceivePendingMessages', messages => {
            this.pages.push(messages);
            this.arrived(messages, acknowledge);
        });
        this.connection.onreconnecting(() => { this.reconnecting = true; });
        this.closed = new Promise(resolve => this.connection.onclose(resolve));
        this.reconnected = new Promise(resolve => this.connection.onreconnected(resolve));
    }

    start() { return this.connection.start(); }
    stop() { return this.connection.stop(); }
    acknowledge(...ids) {
        return ids.length === 1 ? this.connection.invoke('AcknowledgeMessage', ids[0])
                                : this.connection.invoke('AcknowledgeMessages', ids);
    }

    markAsRead(id) { return this.connection.invoke('MarkAsRead', id); }
    send(message) { return this.connection.invoke('SendMessage', message); }

    arrived(messages, acknowledge) {
        this.messages.push(...messages);
        if (acknowledge)
            this.acknowledge(...messages.map(message => message.id)).catch(() => {});
        this.wake();
    }

    wake() { this.waiters = this.waiters.filter(waiter => !waiter()); }

    // How many of the messages came again.
    get doubles() { return this.messages.length - new Set(this.messages.map(message => message.id)).size; }

    // Waits until something arrives that makes `condition` true.
    async waitUntil(condition, what) {
        if (condition())
            return;
        const met = new Promise(resolve => this.waiters.push(() => {
            if (!condition())
                return false;
            resolve();
            return true;
        }));
        await withLimit(met, arrivalLimitMs, `${what}: not in time,`);
    }

    // Waits until `count` messages have arrived in all.
    async waitForMessages(count) {
        await this.waitUntil(() => this.messages.length >= count,
            `${count} messages arrive`);
        return this.messages;
    }

    async waitForWithdrawn(id) {
        await this.waitUntil(() => this.withdrawn.includes(id), `${id} is withdrawn`);
    }
}
