#!/usr/bin/env python3
"""make_honest.py FOLDER COUNT: honest messages as ten mailers shape them, each
N.eml with N.json saying what a reader must find. Always the same ones."""
import base64
import json
import quopri
import random
import sys
import urllib.parse

NAMES = [("Ann Lee", "ann@example.org"), ("Zoë Lefèvre", "zoe@example.net"),
         ("Lee, Ann", "ann.lee+x@example.org"), ("ليلى حداد", "leila@example.com"),
         ("山田太郎", "taro@example.jp"), ("Dr. O'Neil \"Bob\" Smith", "bob@example.org"),
         ("", "noreply@example.org"), ("Ann Lee via List", "list@lists.example.org"),
         ("Jürgen Weiß-Groß", "jw@example.de"), ("[Team] Support (EU)", "t@example.org")]
TEXTS = ["Hello,\n\nplease find it attached.\n-- \nAnn\n", "Ça va ? Été 2026, 12 €.\n",
         "Grüße\n" * 300, "こんにちは。\n", "From here\n.\n--\n--x--\n", "x" * 2000 + "\n", "\n"]
FILES = [("report.pdf", "application/pdf"), ("résumé d'été.docx", "application/msword"),
         ("漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字.png", "image/png"),
         ("a b (1).tar.gz", "application/gzip"), ("notes.csv", "text/csv")]
HTML = "<html><body><p>%s</p><a href=\"https://example.org\">x</a></body></html>\n"


def word(text, how):
    if how == "B":
        return "=?UTF-8?B?%s?=" % base64.b64encode(text.encode()).decode()
    out = "".join(chr(b) if chr(b).isalnum() and b < 128 else "=%02X" % b
                  for b in text.encode())
    return "=?utf-8?Q?%s?=" % out


def phrase(rng, name):
    if name.isascii():
        if all(c.isalnum() or c == " " for c in name):
            return name
        return '"%s"' % name.replace("\\", "\\\\").replace('"', '\\"')
    half = len(name) // 2
    how = rng.choice("BQ")
    return word(name[:half], how) + "\n " + word(name[half:], how)


def mailbox(rng, who):
    name, address = who
    if not name:
        return rng.choice([address, "<%s>" % address])
    return "%s <%s>" % (phrase(rng, name), address)


def body(rng, text):
    """(headers, encoded, decoded bytes)"""
    charset = "utf-8"
    for other in ("us-ascii", "iso-8859-1", "windows-1252", "iso-2022-jp"):
        try:
            text.encode(other)
        except UnicodeEncodeError:
            continue
        charset = other
        break
    charset = rng.choice([charset, "utf-8"])
    data = text.encode(charset)
    long_lines = max(map(len, data.split(b"\n"))) > 900
    coding = rng.choice(["base64", "quoted-printable"] + ([] if long_lines else ["8bit"]))
    quote = rng.choice(['"%s"', "%s"])
    head = "; charset=" + quote % rng.choice([charset, charset.upper()])
    head += rng.choice(["", "; format=flowed", ";\n\treply-type=original"])
    head += "\nContent-Transfer-Encoding: %s\n" % rng.choice([coding, coding.upper()])
    if coding == "base64":
        return head, base64.encodebytes(data), data
    if coding == "8bit":
        return head, data, data
    return head, quopri.encodestring(data), data


class Message:
    def __init__(self, rng):
        self.rng, self.parts, self.boundaries = rng, [], 0

    def boundary(self):
        self.boundaries += 1
        n = "%d%06d" % (self.boundaries, self.rng.randrange(10 ** 6))
        form = self.rng.choice([
            '"------------%s"', '"----=_NextPart_000_00%s_01D9.AB"', '"Apple-Mail=_%s"',
            '"000000000000%s"', '"HlL+5n6rz5/=%s"', "nextPart%s.abc", '"=_%s"',
            '"_000_%s@example.org_"', "=_x%s", '"=-%s"'])
        return form % n, (form % n).strip('"')

    def leaf(self, path, kind, head, data, decoded, **more):
        self.parts.append(dict(path=path or "1", type=kind, size=len(decoded), **more))
        return head.encode(), data

    def text(self, path, text, subtype="plain"):
        head, data, decoded = body(self.rng, text)
        shown = decoded if subtype == "plain" else None
        return self.leaf(path, "text/" + subtype, "Content-Type: text/%s%s" % (subtype, head),
                         data, decoded, role="text" if subtype == "plain" else "html",
                         text=text if shown is not None else None, name=None)

    def file(self, path):
        name, kind = self.rng.choice(FILES)
        data = self.rng.randbytes(self.rng.randrange(3000))
        pct = urllib.parse.quote(name)
        cut = pct.find("%", 20) if "%" in pct[20:] else 1
        word_name = word(name[:5], "B") + " " + word(name[5:], "B")
        forms = ["attachment; filename*=UTF-8''" + pct,
                 "inline;\n filename*0*=UTF-8''%s;\n filename*1*=%s" % (pct[:cut], pct[cut:]),
                 'attachment;\n\tfilename="%s"; size=1;\n\tcreation-date="x"' % word_name]
        if name.isascii():
            forms.append('attachment; filename="%s"; x-unix-mode=0644' % name)
        head = "Content-Type: %s\nContent-Disposition: %s\n" % (kind, self.rng.choice(forms))
        head += "Content-Transfer-Encoding: base64\n"
        return self.leaf(path, kind, head, base64.encodebytes(data), data,
                         role="attachment", name=name)

    def nested(self, path):
        inner = b"From: in@example.org\nTo: a:b@c;\nSubject: inner\n\nbody\n\n"
        return self.leaf(path, "message/rfc822", "Content-Type: message/rfc822\n",
                         inner, inner, role="attachment", name=None)

    def multi(self, path, subtype, makers):
        written, raw = self.boundary()
        out = self.rng.choice([b"", b"This is a multi-part message in MIME format.\n"])
        for i, maker in enumerate(makers):
            head, data = maker("%s.%d" % (path, i + 1) if path else str(i + 1))
            out += b"--" + raw.encode() + b"\n" + head + b"\n" + data + b"\n"
        out += b"--" + raw.encode() + b"--\n" + self.rng.choice([b"", b"\n"])
        return ("Content-Type: multipart/%s;\n boundary=%s\n" % (subtype, written)).encode(), out

    def alternative(self, path):
        text = self.rng.choice(TEXTS)
        return self.multi(path, "alternative", [
            lambda p: self.text(p, text), lambda p: self.text(p, HTML % text, "html")])

    def root(self):
        text = self.rng.choice(TEXTS)
        plain = lambda p: self.text(p, text)
        files = [self.file] * self.rng.randrange(1, 4)
        return self.rng.choice([
            lambda: plain(""), lambda: self.text("", HTML % text, "html"),
            lambda: self.alternative(""),
            lambda: self.multi("", "mixed", [plain] + files),
            lambda: self.multi("", "mixed", [self.alternative] + files),
            lambda: self.multi("", "related", [self.alternative, self.file]),
            lambda: self.multi("", "mixed", [
                lambda p: self.multi(p, "related", [self.alternative] + files)] + files),
            lambda: self.multi("", "mixed", [plain, self.nested]),
            lambda: self.multi("", "mixed", [plain, self.file, plain])])()


def message(rng):
    made = Message(rng)
    head, data = made.root()
    sender = rng.choice(NAMES)
    to = [rng.choice(NAMES) for _ in range(rng.choice([1, 2, 30]))]
    subject = rng.choice(["Hello", "", "Re: Été — 漢字 😀", "x " * 90 + "end",
                          "Re: [List] AW: TR: =? hello ?="])
    fields = ["Received: from a.example.org (a.example.org [192.0.2.1])\n\tby b; "
              "Wed, 25 Nov 2026 04:30:00 +0000"] * rng.randrange(8)
    fields += ["From: " + mailbox(rng, sender),
               "To: " + ",\n ".join(mailbox(rng, one) for one in to),
               "Subject: " + (subject if subject.isascii() else word(subject, "B")),
               "Date: Wed, 25 Nov 2026 05:30:00 +0100 (CET)",
               "X-Long: " + "y" * rng.choice([10, 4000]), "MIME-Version: 1.0"]
    out = "\n".join(fields).encode() + b"\n" + head + b"\n" + data
    decoded = {"from": list(sender), "to": [list(one) for one in to],
               "subject": subject.strip(), "parts": made.parts}
    if rng.random() < 0.5 and b"8bit" not in out.lower() and b"rfc822" not in out:
        out = out.replace(b"\n", b"\r\n")
        decoded["crlf"] = True
    return out, decoded


def main(folder, count):
    rng = random.Random(2026)
    for i in range(count):
        out, wanted = message(rng)
        with open("%s/%d.eml" % (folder, i), "wb") as file:
            file.write(out)
        with open("%s/%d.json" % (folder, i), "w", encoding="utf-8") as file:
            json.dump(wanted, file)


main(sys.argv[1], int(sys.argv[2]))
