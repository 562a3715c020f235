// SPDX-License-Identifier: GPL-3.0-or-later
// A phone on the official client: connects, shows what arrives, acknowledges it.
'use strict';

const logLimit = 200;
const messageLimit = 500;
const element = id => document.getElementById(id);
let connection = null;
let arrived = 0;

function log(text) {
    const line = document.createElement('li');
    // The log may end up in a screenshot.
    const shown = text.replace(/access_token=[^&\s]+/g, 'access_token=…');
    line.textContent = `${new Date().toLocaleTimeString()}  ${shown}`;
    element('log').prepend(line);
    while (element('log').childElementCount > logLimit)
        element('log').lastElementChild.remove();
}

function showState() {
    const state = connection?.state ?? 'Disconnected';
    element('state').textContent = state;
    element('state').dataset.state = state;
    element('connect').disabled = state !== 'Disconnected';
    element('disconnect').disabled = state === 'Disconnected';
    element('token').disabled = state !== 'Disconnected';
    element('transport').disabled = state !== 'Disconnected';
}

function showProblem(text) {
    element('problem').textContent = text;
    if (text)
        log(text);
}

// Calls the server; the item says how it ended.
async function call(item, outcome, method, ...values) {
    const place = item.querySelector('.outcome');
    try {
        await connection.invoke(method, ...values);
        place.textContent = outcome;
        place.dataset.outcome = 'good';
    } catch (error) {
        place.textContent = error.message;
        place.dataset.outcome = 'bad';
    }
}

// Both end the message for the server; neither can be taken back.
async function settle(item, outcome, method, ...values) {
    await call(item, outcome, method, ...values);
    for (const button of item.querySelectorAll('.acknowledge, .reject'))
        button.disabled = item.querySelector('.outcome').dataset.outcome === 'good';
}

const acknowledge = (item, id) => settle(item, 'Acknowledged', 'AcknowledgeMessage', id);

function showMessage(message) {
    const item = element('message').content.firstElementChild.cloneNode(true);
    item.dataset.id = message.id;
    item.querySelector('.subject').textContent = message.subject || '(no subject)';
    item.querySelector('.content').textContent = message.content;
    item.querySelector('.priority').textContent = message.priority;
    item.querySelector('.sender').textContent = message.sender ? `from ${message.sender}` : '';
    item.querySelector('time').textContent = message.createdAt;
    item.querySelector('.id').textContent = message.id;
    for (const attachment of message.attachments ?? []) {
        const link = document.createElement('a');
        link.textContent = `${attachment.name} (${attachment.size} bytes)`;
        if (attachment.url)
            link.href = attachment.url;
        item.querySelector('.attachments').append(document.createElement('li'));
        item.querySelector('.attachments').lastElementChild.append(link);
    }
    item.querySelector('.acknowledge').onclick = () => acknowledge(item, message.id);
    item.querySelector('.reject').onclick = () => settle(item, 'Rejected', 'RejectMessage', message.id, 'rejected in the playground');
    item.querySelector('.read').onclick = () => call(item, 'Read', 'MarkAsRead', message.id);
    element('messages').prepend(item);
    while (element('messages').childElementCount > messageLimit)
        element('messages').lastElementChild.remove();
    element('count').textContent = String(++arrived);
    element('empty').hidden = true;
    if (element('automatic').checked)
        acknowledge(item, message.id);
}

function withdraw(id) {
    const place = document.querySelector(`[data-id="${CSS.escape(id)}"] .outcome`);
    if (place) {
        place.textContent = 'Withdrawn';
        place.dataset.outcome = 'bad';
    }
}

function build(token, transport) {
    const built = new signalR.HubConnectionBuilder()
        .withUrl('online-mobile-user', { accessTokenFactory: () => token, ...(transport ? { transport } : {}) })
        .withAutomaticReconnect()
        .configureLogging({ log: (level, text) => level >= signalR.LogLevel.Information && log(text) })
        .build();
    built.on('ReceiveMessage', showMessage);
    built.on('ReceiveChatMessage', showMessage);
    built.on('ReceivePendingMessages', messages => messages.forEach(showMessage));
    built.on('MessageWithdrawn', withdraw);
    built.onreconnecting(showState);
    built.onreconnected(showState);
    built.onclose(error => {
        showState();
        if (error)
            showProblem(error.message);
    });
    return built;
}

async function connect() {
    showProblem('');
    connection = build(element('token').value.trim(), Number(element('transport').value));
    const started = connection.start();
    showState();
    try {
        await started;
    } catch (error) {
        showProblem(`${error.message} Is the token right, and not expired?`);
    }
    showState();
}

element('connection').addEventListener('submit', event => {
    event.preventDefault();
    connect();
});
element('disconnect').addEventListener('click', () => connection.stop().then(showState));

// A link may carry a token behind the #, which browsers do not send anywhere.
const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) {
    element('token').value = given;
    history.replaceState(null, '', location.pathname);
}
showState();
