// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage_suite.h"

#include <QPluginLoader>

#include <array>

namespace hudhud {

using namespace std::chrono_literals;

std::unique_ptr<Storage> StorageSuite::loadStorage(const QString &name, const QJsonObject &settings,
                                                   const PluginContext &context)
{
    QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-storage-%1").arg(name));
    auto *factory = qobject_cast<StorageFactory *>(loader.instance());
    if (!factory) {
        QTest::qFail(qPrintable(loader.errorString()), __FILE__, __LINE__);
        return nullptr;
    }
    auto storage = factory->create();
    if (auto configured = storage->configure(settings, context); !configured) {
        QTest::qFail(qPrintable(configured.error().message()), __FILE__, __LINE__);
        return nullptr;
    }
    return storage;
}

void StorageSuite::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    m_clock = HeldClock();
    m_ids = std::make_unique<MessageIdGenerator>(m_clock);
    open();
}

void StorageSuite::cleanup()
{
    close();
    m_folder.reset();
}

void StorageSuite::open()
{
    PluginContext context;
    context.name = "storage";
    context.nodeId = Node;
    context.dataDirectory = m_folder->path();
    context.clock = &m_clock;
    m_storage = createStorage(context);
    QVERIFY(m_storage);
    const auto started = m_storage->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().message()));
    auto writer = m_storage->createWriter();
    QVERIFY2(writer, writer ? "" : qPrintable(writer.error().message()));
    m_writer = std::move(*writer);
    auto reader = m_storage->createReader();
    QVERIFY2(reader, reader ? "" : qPrintable(reader.error().message()));
    m_reader = std::move(*reader);
}

void StorageSuite::close()
{
    m_writer.reset();
    m_reader.reset();
    if (m_storage)
        m_storage->stop(1s);
    m_storage.reset();
}

void StorageSuite::reopen()
{
    if (!keepsData())
        return;
    close();
    open();
}

Recipient StorageSuite::recipientOf(const char *digits)
{
    return Recipient::fromString(digits).value_or(Recipient());
}

std::vector<MessageId> StorageSuite::idsOf(const std::vector<MessagePointer> &messages)
{
    std::vector<MessageId> ids;
    for (const MessagePointer &message : messages)
        ids.push_back(message->id);
    return ids;
}

Message StorageSuite::newMessage(const char *recipient)
{
    Message message;
    message.id = m_ids->next();
    message.recipient = recipientOf(recipient);
    message.subject = "Your order";
    message.content = "It has left the warehouse.";
    message.createdAt = m_clock.now();
    return message;
}

void StorageSuite::accept(const Message &message)
{
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(message));
    const auto outcome = m_writer->commit(batch);
    if (!outcome || !outcome->accepted.at(0))
        QTest::qFail("A message was not accepted.", __FILE__, __LINE__);
}

Result<void> StorageSuite::change(const Message &message, std::vector<MessageStatus> statuses,
                                  std::optional<Timestamp> dueAt)
{
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    for (const MessageStatus status : statuses) {
        transition.events.push_back(MessageEvent{0, status, m_clock.now(), Node, 0, {}});
        if (status == MessageStatus::Processing)
            transition.pushCount = 1;
    }
    transition.dueAt = dueAt;
    WriteBatch batch;
    batch.transitions.push_back(std::move(transition));
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->transitions.at(0);
}

Result<void> StorageSuite::withdraw(const MessageId &id)
{
    WriteBatch batch;
    batch.withdrawals.push_back(id);
    auto outcome = m_writer->commit(batch);
    if (!outcome)
        return std::unexpected(outcome.error());
    return outcome->withdrawals.at(0);
}

MessagePointer StorageSuite::stored(const MessageId &id)
{
    const auto found = m_reader->find(std::array{id});
    return found ? found->at(0) : nullptr;
}

std::vector<MessageId> StorageSuite::pendingIds(const char *recipient)
{
    const auto pending = m_reader->pending(recipientOf(recipient), 100, m_clock.now(), {});
    if (!pending) {
        QTest::qFail("Pending messages could not be read.", __FILE__, __LINE__);
        return {};
    }
    return idsOf(*pending);
}

std::vector<MessagePointer> StorageSuite::claimDue(int limit)
{
    auto claimed = m_writer->claimDue(m_clock.now(), limit, Node);
    if (!claimed) {
        QTest::qFail("claimDue failed.", __FILE__, __LINE__);
        return {};
    }
    return std::move(*claimed);
}

} // namespace hudhud
