// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/message_search.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 5> Statuses{"Queued", "Processing", "Delivered", "Failed", "DeadLetter"};
constexpr qsizetype IdDigits = 32;
constexpr qsizetype ShortestPrefix = 4;
constexpr int ScanPage = 500;

/// The lowest id of that time.
MessageId idAt(Timestamp time)
{
    MessageId::Bytes bytes{};
    const auto milliseconds = static_cast<quint64>(time.time_since_epoch().count());
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<quint8>(milliseconds >> (8 * (5 - i)));
    return MessageId(bytes);
}

/// An id from its first digits and the digit that takes the place of the rest.
std::optional<MessageId> idFromPrefix(const QByteArray &digits, char filler)
{
    return MessageId::fromBytes(QByteArray::fromHex(digits + QByteArray(IdDigits - digits.size(), filler)));
}

void readId(const QueryReader &query, std::optional<MessageId> &first, std::optional<MessageId> &last)
{
    const auto text = query.text("id");
    if (!text)
        return;
    QByteArray digits = *text;
    digits.replace("-", "");
    const bool isHex = std::ranges::all_of(digits, [](char digit) { return std::isxdigit(static_cast<uchar>(digit)) != 0; });
    if (!isHex || digits.size() < ShortestPrefix || digits.size() > IdDigits) {
        query.problems().add("id", shown(*text) + " is neither an id nor its first 4 or more hexadecimal digits.");
        return;
    }
    first = idFromPrefix(digits, '0');
    last = idFromPrefix(digits, 'f');
}

/// The lowest id that every store puts behind this one: some know the order of MessageId::orderKey() only. Nothing when
/// there is none.
std::optional<MessageId> idBehind(const MessageId &id)
{
    constexpr quint64 highest = (quint64(1) << 60) - 1;
    constexpr int countingBits = 12;
    if (id.orderKey() >= highest)
        return std::nullopt;
    const quint64 key = id.orderKey() + 1;
    MessageId::Bytes bytes = idAt(Timestamp(std::chrono::milliseconds(key >> countingBits))).bytes();
    bytes[6] = static_cast<quint8>(0x70U | ((key >> 8) & 0x0fU)); // Version 7.
    bytes[7] = static_cast<quint8>(key & 0xffU);
    return MessageId(bytes);
}

bool isWanted(const Message &message, const MessageSearch &search)
{
    return (search.sender.isEmpty() || message.sender == search.sender) && (!search.last || message.id <= *search.last);
}

} // namespace

MessageSearch readMessageSearch(QByteArrayView text, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 9> Known{"recipient", "status", "sender", "from",  "until",
                                                         "id",        "limit",  "cursor", "reveal"};
    const QueryReader query(text, Known, problems);
    MessageSearch search;
    if (const auto recipient = query.text("recipient")) {
        search.filter.recipient = Recipient::fromString(*recipient);
        if (!search.filter.recipient)
            problems.add("recipient", shown(*recipient) + " is no phone number of 7 to 15 digits.");
    }
    if (const auto status = query.choice("status", Statuses))
        search.filter.status = messageStatusFromName(Statuses[*status]);
    search.sender = query.text("sender").value_or(QByteArray());
    const auto from = query.time("from");
    const auto until = query.time("until");
    if (!search.sender.isEmpty() && !search.filter.recipient && !from)
        problems.add("sender", "needs recipient or from beside it, as the store would have to look through everything.");
    if (from && until && *from >= *until)
        problems.add("until", "must be later than from.");
    readId(query, search.first, search.last);
    if (search.last)
        search.filter.before = idBehind(*search.last);
    if (from)
        search.first = std::max(search.first.value_or(MessageId()), idAt(*from));
    if (until)
        search.filter.before = std::min(search.filter.before.value_or(idAt(*until)), idAt(*until));
    search.filter.limit = static_cast<int>(query.number("limit", 1, MaximumPage).value_or(search.filter.limit));
    if (const auto cursor = query.text("cursor")) {
        search.filter.before = MessageId::fromString(*cursor);
        if (!search.filter.before)
            problems.add("cursor", shown(*cursor) + " is no cursor; give the nextCursor of the page before.");
    }
    search.isRevealing = query.flag("reveal").value_or(false);
    return search;
}

Result<MessageSearchPage> findMessages(StorageReader &reader, const MessageSearch &search)
{
    MessageSearchPage page;
    MessageFilter filter = search.filter;
    filter.limit = search.sender.isEmpty() && !search.last ? search.filter.limit : ScanPage;
    for (int scanned = 0; scanned < MaximumScanned;) {
        const auto found = reader.list(filter);
        if (!found)
            return std::unexpected(found.error());
        for (const MessagePointer &message : *found) {
            if (search.first && message->id < *search.first) {
                page.next.reset(); // Everything that follows is older still.
                return page;
            }
            if (isWanted(*message, search))
                page.messages.push_back(message);
            page.next = message->id;
            if (std::ssize(page.messages) >= search.filter.limit)
                return page;
        }
        if (std::ssize(*found) < filter.limit) {
            page.next.reset();
            return page;
        }
        scanned += static_cast<int>(found->size());
        filter.before = page.next;
    }
    return page;
}

} // namespace hudhud
