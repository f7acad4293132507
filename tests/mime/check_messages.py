#!/usr/bin/env python3
"""check_messages.py VECTORS MESSAGES: reads MESSAGES/*.eml with Python's email
package and compares them with the forms in VECTORS/*.json."""
import base64
import email
import email.policy
import json
import os
import re
import sys

CONTROL = r"[\x00-\x1f\x7f-\x9f]"
BIDI = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"


def people(message, field):
    if message[field] is None:
        return []
    # This package puts a space between the encoded words of a name.
    return [(re.sub(r"\s", "", a.display_name), a.addr_spec)
            for a in message[field].addresses]


def wanted_people(form, field):
    made = []
    for person in form[field]:
        name = re.sub(CONTROL, "", person["name"])
        made.append((re.sub(r"\s", "", name), person["address"]))
    return made


def wanted_text(text):
    text = re.sub("\r\n|\r|\n", "\n", text)
    return re.sub("\n+$", "", text) + "\n"


def wanted_name(name):
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(BIDI, "", re.sub(CONTROL, "", name)).strip(" ")
    return name.encode()[:255].decode("utf-8", "ignore") or "file"


def check(form, message):
    ascii_only = all(p["address"].isascii()
                     for p in [form["from"]] + form["to"] + form["cc"])
    # Raw UTF-8 in addresses is more than this package decodes.
    if ascii_only:
        for field in ("to", "cc"):
            yield field, people(message, field), wanted_people(form, field)
    yield "subject", str(message["subject"]), form["subject"]
    yield "references", (message["references"] or "").split(), \
        form["references"].split()
    parts = list(message.iter_parts()) if message.is_multipart() else [message]
    body = parts[0].get_payload(decode=True).decode("utf-8")
    yield "text", body.replace("\r\n", "\n"), wanted_text(form["text"])
    files = [(p.get_filename(), base64.b64encode(p.get_payload(decode=True)).decode())
             for p in parts[1:]]
    yield "files", files, [(wanted_name(f["name"]), f["data"])
                           for f in form["files"]]


def main(vectors, messages):
    seen = 0
    for name in sorted(os.listdir(messages)):
        with open(os.path.join(vectors, name[:-4] + ".json"), encoding="ascii") as file:
            form = json.load(file)["form"]
        with open(os.path.join(messages, name), "rb") as file:
            message = email.message_from_binary_file(file, policy=email.policy.default)
        assert not message.defects, (name, message.defects)
        for what, got, want in check(form, message):
            assert got == want, "%s: %s: got %r, want %r" % (name, what, got, want)
        seen += 1
    assert seen >= 50, seen


main(sys.argv[1], sys.argv[2])
