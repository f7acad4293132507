#!/usr/bin/env python3
"""Writes the shared vectors of the entity profile, one JSON file each.

A second implementation of the rules at the top of core/mime/entity.c, made
from their words alone: the C and the JavaScript must both give its bytes.
"""
import base64
import copy
import hashlib
import json
import os
import re
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FOLD = "\r\n "
ID = "0123456789abcdef0123456789abcdef"
BOUNDARY = "=_" + "Ab3" * 8
DATE = 1795581000 
CONTROL = r"[\x00-\x1f\x7f-\x9f]"
BIDI = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"


def utf8(text):
    return text.encode("utf-8")


def cut(text, size):
    return utf8(text)[:size].decode("utf-8", "ignore")


def words(text):
    out = []
    while text:
        piece = cut(text, 39)
        out.append("=?utf-8?B?%s?=" % base64.b64encode(utf8(piece)).decode())
        text = text[len(piece):]
    return FOLD.join(out)


def printable(text):
    return re.fullmatch(r"[ -~]*", text) is not None


def subject(text):
    clear = printable(text) and "=?" not in text and text == text.strip(" ")
    if clear and len("Subject: " + text) <= 76:
        return text
    return words(text)


def name_of(person):
    name = re.sub(CONTROL, "", person.get("name") or "")
    return re.sub(" +", " ", name).strip(" ")


def mailbox(person):
    name, address = name_of(person), person["address"]
    if not name:
        return address
    if len(utf8(name)) <= 60:
        if re.fullmatch(r"[A-Za-z0-9 '!_-]+", name):
            return "%s <%s>" % (name, address)
        if printable(name) and "=?" not in name:
            return '"%s" <%s>' % (re.sub(r'(["\\])', r"\\\1", name), address)
    return words(name) + FOLD + "<%s>" % address


def date(seconds):
    t = time.gmtime(seconds)
    return "%s, %02d %s %04d %02d:%02d:%02d +0000" % (
        "Mon Tue Wed Thu Fri Sat Sun".split()[t.tm_wday], t.tm_mday,
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[t.tm_mon - 1],
        t.tm_year, t.tm_hour, t.tm_min, t.tm_sec)


def file_name(name):
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(BIDI, "", re.sub(CONTROL, "", name)).strip(" ")
    return cut(name, 255) or "file"


def disposition(name):
    if printable(name) and not re.search(r'["\\%]', name) and len(name) <= 60:
        return 'filename="%s"' % name
    units = [chr(b) if re.match(r"[A-Za-z0-9._-]", chr(b)) else "%%%02X" % b
             for b in utf8(name)]
    if len("".join(units)) <= 60:
        return "filename*=utf-8''" + "".join(units)
    pieces = [""]
    for unit in units:
        if len(pieces[-1]) + len(unit) > 60:
            pieces.append("")
        pieces[-1] += unit
    return (";" + FOLD).join(
        "filename*%d*=%s%s" % (i, "utf-8''" if i == 0 else "", piece)
        for i, piece in enumerate(pieces))


def file_type(text):
    text = text.lower()
    token = r"[a-z0-9!#$&^_.+-]+"
    if (len(text) > 100 or not re.fullmatch(token + "/" + token, text) or
            text.startswith(("multipart/", "message/"))):
        return "application/octet-stream"
    return text


def body64(data):
    code = base64.b64encode(data).decode()
    return "".join(code[i:i + 76] + "\r\n" for i in range(0, len(code), 76))


def text_body(text):
    text = re.sub("\r\n|\r|\n", "\r\n", text)
    return body64(utf8(re.sub("(\r\n)+$", "", text) + "\r\n"))


def protected(form, cipher):
    fields = [("From", mailbox(form["from"]))]
    for field, people in (("To", form["to"]), ("Cc", form["cc"])):
        if people:
            fields.append((field, ("," + FOLD).join(map(mailbox, people))))
    domain = form["from"]["address"].split("@")[1]
    fields += [("Subject", subject(form["subject"])), ("Date", date(form["date"])),
               ("Message-ID", "<%s@%s>" % (ID, domain))]
    for field in ("In-Reply-To", "References"):
        ids = form[field.lower().replace("-", "_")].split()
        if ids:
            fields.append((field, FOLD.join(ids)))
    lines = ["%s:%s%s\r\n" % (n, " " if v else "", v) for n, v in fields]
    if cipher:
        lines += ["HP-Outer: %s: %s\r\n" % (n, "[...]" if n == "Subject" else v)
                  for n, v in fields]
    return "".join(lines)


def entity(form, protect):
    """protect: None, "clear" or "cipher"."""
    head = protected(form, protect == "cipher") if protect else ""
    text = "Content-Type: text/plain; charset=utf-8%s\r\n"
    encoding = "Content-Transfer-Encoding: base64\r\n"
    if not form["files"]:
        hp = '; hp="%s"' % protect if protect else ""
        return text % hp + head + encoding + "\r\n" + text_body(form["text"])
    hp = ";" + FOLD + 'hp="%s"' % protect if protect else ""
    out = 'Content-Type: multipart/mixed; boundary="%s"%s\r\n' % (BOUNDARY, hp)
    out += head + "\r\n--%s\r\n" % BOUNDARY
    out += text % "" + encoding + "\r\n" + text_body(form["text"])
    for f in form["files"]:
        out += "\r\n--%s\r\nContent-Type: %s\r\n" % (BOUNDARY, file_type(f["type"]))
        out += encoding + "Content-Disposition: attachment;" + FOLD
        out += disposition(file_name(f["name"])) + "\r\n\r\n"
        out += body64(base64.b64decode(f["data"]))
    return out + "\r\n--%s--\r\n" % BOUNDARY


def form(**changes):
    made = {"from": {"name": "Alice Martin", "address": "alice@example.org"},
            "to": [{"name": "Bob", "address": "bob@example.net"}], "cc": [],
            "subject": "Hello", "text": "Hello Bob\n", "in_reply_to": "",
            "references": "", "files": [], "date": DATE}
    made.update(changes)
    return made


def attach(name, content_type, data=b"some bytes\n"):
    return {"name": name, "type": content_type,
            "data": base64.b64encode(data).decode()}


def people(*pairs):
    return [{"name": n, "address": a} for n, a in pairs]


def plain_vectors():
    long_words = "word " * 40
    return {
        "plain": form(),
        "no-name": form(**{"from": {"name": "", "address": "a@b"},
                           "to": people(("", "c@d"), (" ", "e@f"))}),
        "subject-67": form(subject="s" * 67),
        "subject-68": form(subject="s" * 68),
        "subject-empty": form(subject=""),
        "subject-spaces": form(subject="   "),
        "subject-edge-space": form(subject="ends with a space "),
        "subject-looks-encoded": form(subject="=?utf-8?Q?no?="),
        "subject-utf8": form(subject="Réunion déplacée à jeudi, été 2026"),
        "subject-39-bytes": form(subject="é" + "a" * 37),
        "subject-40-bytes": form(subject="a" * 38 + "é"),
        "subject-emoji": form(subject="\U0001f511" * 25),
        "subject-long": form(subject=(long_words + "é").strip()),
        "subject-tab": form(subject="a\tb"),
        "text-line-ends": form(text="a\rb\nc\r\nd\n\r\n\r\n\n"),
        "text-empty": form(text=""),
        "text-only-line-ends": form(text="\n\n\r\n"),
        "text-no-final": form(text="no end"),
        "text-spaces-at-end": form(text="a  \n \t \n"),
        "text-utf8": form(text="Œuvre — 漢字 \U0001f600 e\u0301\u2028x\n.\nFrom me\n"),
        "text-57-bytes": form(text="x" * 55),
        "text-long-line": form(text="y" * 5000 + "\n"),
        "date-one-digit-day": form(date=1777593599),
        "date-leap": form(date=1709164800),
    }


def people_vectors():
    return {
        "name-utf8": form(to=people(("Zoë Lefèvre", "zoe@example.net")),
                          cc=people(("ليلى حداد", "leila@example.net"))),
        "name-quoted": form(to=people(('Dr. "Bob" \\ Smith, Jr.', "b@c"))),
        "name-phrase": form(to=people(("O'Neil-Smith Jr! _x", "b@c"))),
        "name-60": form(to=people(("n" * 60, "b@c"), ("." * 60, "d@e"))),
        "name-61": form(to=people(("n" * 61, "b@c"), ("." * 61, "d@e"))),
        "name-controls": form(to=people(("A\tnn\x07\x85  \u00a0 Lee ", "b@c"))),
        "name-looks-encoded": form(to=people(("=?x", "b@c"))),
        "name-long-utf8": form(to=people(("漢" * 40, "b@c"))),
        "name-edge-spaces": form(to=people(("  Ann   Lee  ", "b@c"))),
        "many": form(to=people(*[("P %d" % i, "p%d@example.org" % i)
                                 for i in range(40)]),
                     cc=people(("", "x@y"), ("Ü", "u@y"))),
        "only-cc": form(to=[], cc=people(("", "x@y"))),
        "only-bcc": form(to=[], cc=[], bcc=people(("", "hidden@y"))),
        "address-utf8": form(**{
            "from": {"name": "", "address": "jörg@exämple.org"},
            "to": people(("", "用户@例子.测试"))}),
        "domain-case": form(**{
            "from": {"name": "", "address": "Alice@Example.ORG"}}),
        "reply": form(in_reply_to="<1.2.3@example.net>",
                      references="<0@example.net> <a$b%c@[x]>\t<1.2.3@example.net>",
                      subject="Re: Hello"),
    }


def file_vectors():
    pdf = "application/pdf"
    return {
        "file": form(files=[attach("report.pdf", pdf)]),
        "file-empty": form(files=[attach("nothing.txt", "text/plain", b"")]),
        "file-57": form(files=[attach("a", pdf, b"z" * 57),
                               attach("b", pdf, b"z" * 58),
                               attach("c", pdf, b"z" * 114)]),
        "file-utf8": form(files=[attach("résumé été.pdf", pdf)]),
        "file-long-utf8": form(files=[attach("漢字" * 40 + ".pdf", pdf)]),
        "file-60": form(files=[attach("f" * 60, pdf), attach("f" * 61, pdf)]),
        "file-percent-60": form(files=[attach("é" * 10, pdf),
                                       attach("é" * 10 + "a", pdf)]),
        "file-percent-cut": form(files=[attach("a" + "é" * 30, pdf),
                                        attach("ab" + "é" * 30, pdf)]),
        "file-255-bytes": form(files=[attach("é" * 128, pdf),
                                      attach("x" * 300, pdf)]),
        "file-path": form(files=[attach("/etc/passwd", pdf),
                                 attach("C:\\Users\\x\\a b.doc", pdf),
                                 attach("ends/", pdf)]),
        "file-bidi": form(files=[attach("ann\u202efdp.exe", pdf),
                                 attach("\u2066 x\u0007 \u2069", pdf)]),
        "file-specials": form(files=[attach('a"b%c;d=e.txt', "text/plain"),
                                     attach("it's (1)*.txt", "text/plain"),
                                     attach("a;b=c.txt", "text/plain")]),
        "file-types": form(files=[attach("1", "Application/PDF"), attach("2", ""),
                                  attach("3", "message/rfc822"),
                                  attach("4", "multipart/mixed"),
                                  attach("5", "text/plain; charset=x"),
                                  attach("6", "a/b/c"),
                                  attach("7", "image/svg+xml"),
                                  attach("8", "x/" + "y" * 98),
                                  attach("9", "x/" + "y" * 99)]),
        "file-with-people": form(
            to=people(("Zoë", "zoe@example.net")), subject="Pièces jointes",
            text="Voir ci-joint.\n", references="<0@example.net>",
            files=[attach("a.png", "image/png", bytes(range(256)) * 4),
                   attach("b.txt", "text/plain", b"\r\n--" + BOUNDARY.encode())]),
    }


CIPHER = ("plain no-name subject-empty subject-68 subject-utf8 subject-spaces"
          " name-quoted name-long-utf8 many only-cc only-bcc address-utf8"
          " reply file file-with-people").split()


def main():
    clear = {**plain_vectors(), **people_vectors(), **file_vectors()}
    vectors = {name: ("clear", made) for name, made in clear.items()}
    for name in CIPHER:
        vectors["cipher-" + name] = ("cipher", copy.deepcopy(clear[name]))
    for name, (protect, made) in vectors.items():
        expected, unsigned = entity(made, protect), entity(made, None)
        seconds = made.pop("date")
        made.setdefault("bcc", [])
        vector = {
            "name": name, "protect": protect, "form": made,
            "boundary": BOUNDARY,
            "message_id": ID + "@" + made["from"]["address"].split("@")[1],
            "date": seconds, "expected": expected,
            "sha256": hashlib.sha256(utf8(expected)).hexdigest(),
            "unsigned": unsigned,
        }
        with open(os.path.join(HERE, name + ".json"), "w", encoding="ascii") as out:
            json.dump(vector, out, indent=1)
            out.write("\n")
    print("%d vectors" % len(vectors))


if __name__ == "__main__":
    main()
