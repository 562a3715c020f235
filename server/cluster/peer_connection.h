// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peer_answer.h"

#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>

namespace hudhud {

/// What became of a request to another node.
struct PeerReply
{
    enum class Outcome : quint8 {
        Answered,
        NotSent, ///< The node has not seen it.
        Unknown, ///< It was sent, wholly or in part, and not answered: nobody knows.
    };

    Outcome outcome = Outcome::NotSent;
    HttpResponse response; ///< When Answered.
    QByteArray reason;     ///< Otherwise; one line for operators.
};

/// A connection to another node, for one request after the other. It never sends a request twice: HTTP clients do that on
/// their own when a kept connection ends, and a message would be doubled.
/// Thread: one, with an event loop. Ownership: may be destroyed in its completion.
class PeerConnection
{
public:
    using Completion = std::move_only_function<void(PeerReply)>;

    /// `endpoint`: a base URL, http or https.
    explicit PeerConnection(const QUrl &endpoint);
    ~PeerConnection();
    PeerConnection(const PeerConnection &) = delete;
    PeerConnection &operator=(const PeerConnection &) = delete;

    /// `request`: head and body. Only while no other one is under way.
    void send(QByteArray request, std::chrono::milliseconds timeout, Completion completion);
    /// It stands, idle, and may take another request.
    bool isReusable() const;

private:
    void established();
    void readAnswer();
    void lost(const QByteArray &reason);
    void finish(PeerReply reply);

    QUrl m_endpoint;
    QTcpSocket *m_socket; ///< Deleted by the event loop with its timer, as one of them may be what is calling.
    QTimer *m_deadline;
    QByteArray m_request;
    QByteArray m_received;
    Completion m_completion; ///< While a request is under way.
    bool m_isEstablished = false;
    bool m_isSpent = false; ///< No further request may go over it.
};

} // namespace hudhud
