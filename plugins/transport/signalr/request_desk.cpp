// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_desk.h"

#include "hub_answers.h"

namespace hudhud {

RequestDesk::RequestDesk(int ioThread, std::shared_ptr<RequestExchange> exchange, Counter &handedOver)
    : m_ioThread(ioThread)
    , m_exchange(std::move(exchange))
    , m_handedOver(handedOver)
    , m_mailbox([this](std::vector<HubParcel> &&parcels) {
        for (HubParcel &parcel : parcels) {
            if (auto *const request = std::get_if<HubRequest>(&parcel))
                m_handler(std::move(*request));
            else if (auto *const reply = std::get_if<RequestReply>(&parcel))
                answerHere(reply->number, std::move(reply->response));
        }
    })
{
    m_exchange->setMailbox(m_ioThread, &m_mailbox);
}

RequestDesk::~RequestDesk()
{
    m_exchange->setMailbox(m_ioThread, nullptr);
}

RequestAddress RequestDesk::keepFor(int owner, const HubRequest &request, HttpResponder responder,
                                    Headers headers)
{
    const quint64 number = ++m_lastNumber;
    if (request.kind == HubRequest::Kind::Poll) {
        responder.whenPeerGone([desk = weak_from_this(), number] {
            if (const auto standing = desk.lock())
                standing->peerGone(number);
        });
    }
    const qsizetype bytes = owner == m_ioThread ? 0 : request.body.size();
    m_bytesTravelling += bytes;
    m_waiting.emplace(number, Waiting{std::move(responder), std::move(headers), request.token, owner, bytes});
    return {m_ioThread, number};
}

RequestAddress RequestDesk::keep(HttpResponder responder, Headers headers)
{
    return keepFor(m_ioThread, {}, std::move(responder), std::move(headers));
}

void RequestDesk::submit(int owner, HubRequest &&request, HttpResponder responder, Headers headers)
{
    if (owner != m_ioThread && m_bytesTravelling + request.body.size() > MaximumBytesTravelling) {
        HttpResponse refusal = unavailable("The server has too much to do; try again.");
        refusal.headers.insert(refusal.headers.end(), headers.begin(), headers.end());
        responder.respond(std::move(refusal));
        return;
    }
    request.from = keepFor(owner, request, std::move(responder), std::move(headers));
    hand(owner, std::move(request));
}

void RequestDesk::hand(int owner, HubRequest &&request)
{
    if (owner == m_ioThread) {
        m_handler(std::move(request));
        return;
    }
    m_handedOver.add();
    const RequestAddress from = request.from;
    if (!m_exchange->post(owner, std::move(request)))
        answerHere(from.number, unknownConnection());
}

void RequestDesk::answer(const RequestAddress &to, HttpResponse &&response)
{
    if (to.ioThread == m_ioThread)
        answerHere(to.number, std::move(response));
    else if (to.ioThread >= 0)
        m_exchange->post(to.ioThread, RequestReply{to.number, std::move(response)});
}

void RequestDesk::answerHere(quint64 number, HttpResponse &&response)
{
    const auto found = m_waiting.find(number);
    if (found == m_waiting.end())
        return; // the peer has gone
    Waiting waiting = std::move(found->second);
    m_waiting.erase(found);
    m_bytesTravelling -= waiting.bytesTravelling;
    response.headers.insert(response.headers.end(), waiting.headers.begin(), waiting.headers.end());
    waiting.responder.respond(std::move(response));
}

void RequestDesk::peerGone(quint64 number)
{
    const auto found = m_waiting.find(number);
    if (found == m_waiting.end())
        return;
    const Waiting waiting = std::move(found->second);
    m_waiting.erase(found);
    m_bytesTravelling -= waiting.bytesTravelling;
    hand(waiting.owner,
         {.kind = HubRequest::Kind::PollGone,
          .token = waiting.token,
          .from = {m_ioThread, number},
          .body = {}});
}

} // namespace hudhud
