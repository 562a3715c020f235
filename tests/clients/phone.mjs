// SPDX-License-Identifier: GPL-3.0-or-later
// A phone in the terminal: node phone.mjs URL NUMBER, with its token in HUDHUD_TOKEN.
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

const [url, number] = process.argv.slice(2);
const token = process.env.HUDHUD_TOKEN;
if (!url || !number || !token) {
    console.error('usage: HUDHUD_TOKEN=... node phone.mjs URL NUMBER');
    process.exit(2);
}

const time = () => new Date().toISOString().slice(11, 23);
const show = text => console.log(`${time()}  ${text}`);

const connection = new HubConnectionBuilder()
    .withUrl(`${url}/online-mobile-user`, {
        transport: HttpTransportType.WebSockets,
        accessTokenFactory: () => token,
    })
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 1000 })
    .configureLogging(LogLevel.None)
    .build();

async function receive(message) {
    show(`received      ${message.subject}: ${message.content}  [${message.priority}, ${message.id}]`);
    await connection.invoke('AcknowledgeMessage', message.id);
    show(`acknowledged  ${message.id}`);
}

async function receivePending(messages) {
    show(`${messages.length} messages had been waiting`);
    for (const message of messages)
        show(`received      ${message.subject}: ${message.content}  [${message.priority}, ${message.id}]`);
    await connection.invoke('AcknowledgeMessages', messages.map(message => message.id));
    show(`acknowledged  ${messages.length} messages`);
}

const report = error => show(`not acknowledged: ${error.message}`);
connection.on('ReceiveMessage', message => receive(message).catch(report));
connection.on('ReceiveChatMessage', message => receive(message).catch(report));
connection.on('ReceivePendingMessages', messages => receivePending(messages).catch(report));
connection.onreconnecting(() => show('link lost, connecting again'));
connection.onreconnected(() => show('connected again'));

process.once('SIGINT', () => connection.stop().then(() => process.exit(0)));

try {
    await connection.start();
    show(`phone ${number} is connected to ${url}; Ctrl+C hangs up`);
} catch (error) {
    console.error(`cannot connect: ${error.message}`);
    process.exit(1);
}
