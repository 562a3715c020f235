// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipient_list.h"

#include "message_reader.h"

namespace hudhud {

std::vector<Recipient> readRecipients(const simdjson::dom::element &value, FieldProblems &problems)
{
    std::vector<Recipient> recipients;
    simdjson::dom::array items;
    if (value.get_array().get(items) != simdjson::SUCCESS) {
        problems.add("recipients",
                     QByteArray("must be an array of phone numbers, not ").append(jsonTypeName(value)).append('.'));
        return recipients;
    }
    // Beyond 16 million the array does not know its size; the body limit is far below.
    recipients.reserve(items.size());
    qint64 index = 0;
    for (const simdjson::dom::element item : items) {
        const auto path = [&index] { return "recipients[" + QByteArray::number(index) + ']'; };
        std::string_view text;
        if (item.get_string().get(text) != simdjson::SUCCESS) {
            problems.add(path(), QByteArray("must be a string of 7 to 15 digits, not ")
                                     .append(jsonTypeName(item))
                                     .append('.'));
        } else {
            const QByteArrayView digits(text.data(), static_cast<qsizetype>(text.size()));
            if (const std::optional<Recipient> recipient = Recipient::fromString(digits))
                recipients.push_back(*recipient);
            else
                problems.add(path(),
                             quoted(digits)
                                 + " is no phone number of 7 to 15 digits; give country code and number as digits "
                                   "only.");
        }
        ++index;
    }
    if (index == 0)
        problems.add("recipients", "is empty; give 1 or more phone numbers.");
    return recipients;
}

} // namespace hudhud
