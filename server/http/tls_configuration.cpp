// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/tls_configuration.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

namespace hudhud {

namespace {

Error fieldError(const QByteArray &endpoint, const char *key, const QString &message)
{
    return Error::invalidField(
        QStringLiteral("endpoints.%1.%2").arg(QString::fromUtf8(endpoint), QString::fromLatin1(key)),
        message);
}

Result<QByteArray> readFile(const QByteArray &endpoint, const char *key, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return std::unexpected(
            fieldError(endpoint, key,
                       QStringLiteral("cannot read \"%1\": %2; give the path of a PEM file that the "
                                      "server may read")
                           .arg(path, file.errorString())));
    }
    return file.readAll();
}

QSslKey parseKey(const QByteArray &pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec}) {
        const QSslKey key(pem, algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!key.isNull())
            return key;
    }
    return {};
}

} // namespace

Result<std::optional<QSslConfiguration>> loadTlsConfiguration(const QByteArray &endpoint,
                                                              const EndpointOptions &options)
{
    if (options.tlsCertificate.isEmpty() && options.tlsKey.isEmpty())
        return std::nullopt;
    if (options.tlsCertificate.isEmpty() || options.tlsKey.isEmpty()) {
        return std::unexpected(
            fieldError(endpoint, options.tlsKey.isEmpty() ? "tls_key" : "tls_certificate",
                       QStringLiteral("tls_certificate and tls_key go together; set both or none")));
    }
    if (!QSslSocket::supportsSsl()) {
        return std::unexpected(fieldError(endpoint, "tls_certificate",
                                          QStringLiteral("this Qt has no TLS; install its OpenSSL plugin")));
    }
    const auto certificatePem = readFile(endpoint, "tls_certificate", options.tlsCertificate);
    if (!certificatePem)
        return std::unexpected(certificatePem.error());
    const auto keyPem = readFile(endpoint, "tls_key", options.tlsKey);
    if (!keyPem)
        return std::unexpected(keyPem.error());
    const QList<QSslCertificate> chain = QSslCertificate::fromData(*certificatePem, QSsl::Pem);
    if (chain.isEmpty()) {
        return std::unexpected(
            fieldError(endpoint, "tls_certificate",
                       QStringLiteral("\"%1\" holds no PEM certificate").arg(options.tlsCertificate)));
    }
    const QSslKey key = parseKey(*keyPem);
    if (key.isNull()) {
        return std::unexpected(fieldError(
            endpoint, "tls_key",
            QStringLiteral("\"%1\" holds no unencrypted PEM private key (RSA or EC)").arg(options.tlsKey)));
    }
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(chain);
    configuration.setPrivateKey(key);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    return configuration;
}

} // namespace hudhud
