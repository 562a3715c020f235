// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/peer_connection.h"

#include <QSslSocket>

#include <utility>

namespace hudhud {

namespace {

bool isTls(const QUrl &endpoint)
{
    return endpoint.scheme() == QLatin1StringView("https");
}

} // namespace

PeerConnection::PeerConnection(const QUrl &endpoint)
    : m_endpoint(endpoint)
    , m_socket(isTls(endpoint) ? new QSslSocket : new QTcpSocket)
    , m_deadline(new QTimer(m_socket))
{
    m_deadline->setSingleShot(true);
    QObject::connect(m_deadline, &QTimer::timeout, m_deadline, [this] { lost("no answer in time"); });
    QObject::connect(m_socket, &QTcpSocket::readyRead, m_socket, [this] { readAnswer(); });
    QObject::connect(m_socket, &QTcpSocket::errorOccurred, m_socket,
                     [this](QAbstractSocket::SocketError) { lost(m_socket->errorString().toUtf8()); });
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket))
        QObject::connect(tls, &QSslSocket::encrypted, m_socket, [this] { established(); });
    else
        QObject::connect(m_socket, &QTcpSocket::connected, m_socket, [this] { established(); });
}

PeerConnection::~PeerConnection()
{
    m_socket->disconnect();
    m_deadline->disconnect();
    m_socket->abort();
    m_socket->deleteLater();
}

void PeerConnection::send(QByteArray request, std::chrono::milliseconds timeout, Completion completion)
{
    m_request = std::move(request);
    m_completion = std::move(completion);
    m_deadline->start(timeout);
    if (m_isEstablished) {
        established();
        return;
    }
    const bool usesTls = isTls(m_endpoint);
    const auto port = static_cast<quint16>(m_endpoint.port(usesTls ? 443 : 80));
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket))
        tls->connectToHostEncrypted(m_endpoint.host(), port);
    else
        m_socket->connectToHost(m_endpoint.host(), port);
}

void PeerConnection::established()
{
    m_isEstablished = true;
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->write(std::exchange(m_request, {}));
}

void PeerConnection::readAnswer()
{
    m_received.append(m_socket->readAll());
    if (!m_completion) { // Nobody has asked.
        m_isSpent = true;
        return;
    }
    PeerAnswer answer;
    switch (PeerAnswerReader::read(m_received, answer)) {
    case PeerAnswerReader::State::Incomplete:
        if (m_received.size() > 2 * PeerAnswerReader::MaximumBytes)
            lost("the answer is too long");
        return;
    case PeerAnswerReader::State::Faulty:
        return lost("the answer cannot be read");
    case PeerAnswerReader::State::Complete:
        break;
    }
    m_received.clear();
    m_isSpent |= !answer.keepsAlive;
    finish({.outcome = PeerReply::Outcome::Answered, .response = std::move(answer.response), .reason = {}});
}

void PeerConnection::lost(const QByteArray &reason)
{
    m_isSpent = true;
    if (m_completion)
        finish({.outcome = m_isEstablished ? PeerReply::Outcome::Unknown : PeerReply::Outcome::NotSent,
                .response = {},
                .reason = reason});
}

/// Last of all: the completion may destroy this object.
void PeerConnection::finish(PeerReply reply)
{
    m_deadline->stop();
    std::exchange(m_completion, nullptr)(std::move(reply));
}

bool PeerConnection::isReusable() const
{
    return m_isEstablished && !m_isSpent && !m_completion && m_socket->state() == QAbstractSocket::ConnectedState
        && m_socket->bytesAvailable() == 0;
}

} // namespace hudhud
