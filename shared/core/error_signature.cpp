// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error_signature.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

constexpr char Number[] = "#";
constexpr char Id[] = "<id>";
constexpr char Quotation[] = "\"…\"";
constexpr qsizetype ShortestHexadecimal = 8;
constexpr qsizetype ShortestMixture = 16;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isHexadecimal(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool isWordByte(char c)
{
    return isDigit(c) || isLetter(c) || c == '_' || static_cast<uchar>(c) >= 0x80;
}

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The length of the UUID at the front of `text`, or 0.
qsizetype uuidLength(QByteArrayView text)
{
    static constexpr std::array<qsizetype, 5> Groups{8, 4, 4, 4, 12};
    qsizetype at = 0;
    for (const qsizetype length : Groups) {
        if (at > 0 && (at >= text.size() || text[at++] != '-'))
            return 0;
        if (text.size() - at < length || !std::ranges::all_of(text.sliced(at, length), isHexadecimal))
            return 0;
        at += length;
    }
    return at == text.size() || !isWordByte(text[at]) ? at : 0;
}

/// The length of the quoted part at the front of `text` with both its marks, or 0. `before` stands in front: an
/// apostrophe inside a word opens nothing.
qsizetype quotationLength(QByteArrayView text, char before)
{
    const char mark = text.front();
    if ((mark != '"' && mark != '\'' && mark != '`') || (mark == '\'' && isWordByte(before)))
        return 0;
    const qsizetype end = text.indexOf(mark, 1);
    return end < 0 ? 0 : end + 1;
}

void appendWord(QByteArray &out, QByteArrayView word)
{
    if (std::ranges::none_of(word, isDigit)) {
        out.append(word);
        return;
    }
    const bool isPrefixed = word.startsWith("0x") || word.startsWith("0X");
    const bool isHex = word.size() >= ShortestHexadecimal && std::ranges::all_of(word, isHexadecimal);
    const bool isNumber = std::ranges::all_of(word, isDigit);
    if (!isNumber && (isPrefixed || isHex || word.size() >= ShortestMixture)) {
        out.append(Id);
        return;
    }
    for (qsizetype i = 0; i < word.size(); ++i) {
        if (!isDigit(word[i]))
            out.append(word[i]);
        else if (i == 0 || !isDigit(word[i - 1]))
            out.append(Number);
    }
}

QByteArray cut(QByteArray text)
{
    if (text.size() <= MaximumSignatureBytes)
        return text;
    qsizetype end = MaximumSignatureBytes;
    while (end > 0 && (static_cast<uchar>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.first(end);
}

} // namespace

QByteArray errorSignature(QByteArrayView text)
{
    QByteArray out;
    out.reserve(text.size());
    for (qsizetype at = 0; at < text.size();) {
        const QByteArrayView rest = text.sliced(at);
        if (isSpace(rest.front())) {
            if (!out.isEmpty() && out.back() != ' ')
                out.append(' ');
            ++at;
        } else if (const qsizetype quotation = quotationLength(rest, at > 0 ? text[at - 1] : ' ')) {
            out.append(Quotation);
            at += quotation;
        } else if (!isWordByte(rest.front())) {
            out.append(rest.front());
            ++at;
        } else if (const qsizetype uuid = uuidLength(rest)) {
            out.append(Id);
            at += uuid;
        } else {
            const qsizetype end = std::ranges::find_if_not(rest, isWordByte) - rest.begin();
            appendWord(out, rest.first(end));
            at += end;
        }
    }
    return cut(out.trimmed());
}

} // namespace hudhud
