#include "fcgi/messages.h"

#include <string.h>

static const Message table[] = {
    {"To: has no recipient", APP_ERROR_INPUT, 400,
     N_("The message cannot be sent like this"),
     N_("There is no recipient yet."),
     N_("Enter at least one address under To.")},
    {"To", APP_ERROR_INPUT, 400, N_("The message cannot be sent like this"),
     N_("Something under To is not an e-mail address."),
     N_("Correct it, then send again.")},
    {"Cc", APP_ERROR_INPUT, 400, N_("The message cannot be sent like this"),
     N_("Something under Cc is not an e-mail address."),
     N_("Correct it, then send again.")},
    {"Bcc", APP_ERROR_INPUT, 400, N_("The message cannot be sent like this"),
     N_("Something under Bcc is not an e-mail address."),
     N_("Correct it, then send again.")},
    {"From", APP_ERROR_FORBIDDEN, 403,
     N_("The message cannot be sent like this"),
     N_("The sender’s address is not one of this account."),
     N_("Choose one of your own addresses.")},
    {"request: what looks like a private key", APP_ERROR_FORBIDDEN, 403,
     N_("Private keys are never sent"),
     N_("This looks like a private key. It was refused and not kept: private "
        "keys stay with their owner."),
     N_("Import the key under Keys and certificates, where it stays in your "
        "browser; do not send it by mail.")},
    {"cannot encrypt to the sender", APP_ERROR_CERTIFICATE, 422,
     N_("This message cannot be encrypted"),
     N_("Your own certificate cannot be used to encrypt, so you could not "
        "read your copy. Nothing was sent."),
     N_("Import a certificate made for encrypting, or sign without "
        "encrypting.")},
    {"cannot encrypt to", APP_ERROR_CERTIFICATE, 422,
     N_("This message cannot be encrypted"),
     N_("A recipient has no certificate that can be used. Nothing was sent."),
     N_("Ask for a signed message, remove this recipient, or sign without "
        "encrypting.")},
    {"secure mail is not allowed", APP_ERROR_FORBIDDEN, 403,
     N_("Secure mail is not allowed here"),
     N_("This account may not sign or encrypt mail. Nothing was changed."),
     N_("Ask your administrator to allow it.")},
    {"secure mail is not on", APP_ERROR_FORBIDDEN, 403,
     N_("Secure mail is off"),
     N_("The option “Secure mail” is not on for this account. Nothing was "
        "changed."),
     N_("Turn it on under Preferences.")},
    {"the warnings of encryption", APP_ERROR_FORBIDDEN, 403,
     N_("The warning has not been accepted"),
     N_("Before a first encrypted message its warning is read and accepted. "
        "Nothing was sent."),
     N_("Choose “Sign and encrypt” again and read the warning.")},
    {"policy: sign-always", APP_ERROR_FORBIDDEN, 403,
     N_("This message must be signed"),
     N_("Your administrator has decided that every message of this account "
        "is signed. Nothing was sent."),
     N_("Choose “Sign”. If it cannot be chosen, turn on Secure mail under "
        "Preferences and import your key.")},
    {"policy: never-unsigned-to", APP_ERROR_FORBIDDEN, 403,
     N_("This message must be signed"),
     N_("Your administrator has decided that nothing goes unsigned to one of "
        "these recipients. Nothing was sent."),
     N_("Choose “Sign”, or remove this recipient.")},
    {"policy: encrypt-domains", APP_ERROR_FORBIDDEN, 403,
     N_("This message must be encrypted"),
     N_("Your administrator has decided that mail to one of these recipients "
        "is always encrypted. Nothing was sent."),
     N_("Choose “Sign and encrypt”, or remove this recipient.")},
    {"policy: encrypt-when-possible", APP_ERROR_FORBIDDEN, 403,
     N_("This message must be encrypted"),
     N_("Your administrator has decided that a message is encrypted whenever "
        "all its recipients can read it. Nothing was sent."),
     N_("Choose “Sign and encrypt”.")},
    {"policy: tls-required", APP_ERROR_INSECURE, 503,
     N_("The connection is not secure"),
     N_("Your administrator lets mail leave over protected connections "
        "alone, and the one to the mail server is not. Nothing was sent."),
     N_("Tell your administrator; your draft can be saved.")},
    {"account is suspended", APP_ERROR_FORBIDDEN, 403,
     N_("This account is suspended"),
     N_("Your administrator has suspended it: nobody can sign in with it. "
        "Your mail is kept."),
     N_("Ask your administrator.")},
    {"another administrator", APP_ERROR_CONFLICT, 409,
     N_("Somebody else saved in the meantime"),
     N_("Another administrator changed the same thing while your page was "
        "open. Nothing of yours was saved, and nothing of theirs is lost."),
     N_("Open the page again to see how things stand, then make your "
        "change.")},
    {"trust: the certificate comes from a file", APP_ERROR_FORBIDDEN, 403,
     N_("The certificate comes from a file"),
     N_("It is trusted by a file of the server, which this page cannot "
        "change. Nothing was changed."),
     N_("Ask whoever runs the server to take it out of the file.")},
    {"message: cannot be decrypted", APP_ERROR_MALFORMED, 422,
     N_("This message cannot be opened"),
     N_("It is encrypted, but its content does not open with your key."),
     N_("It may be damaged: ask the sender to send it again.")},
    {"message:", APP_ERROR_REFUSED, 422, N_("This message is not opened"),
     N_("It is encrypted with a method that no longer protects anything, or "
        "in a way that could mislead. It is intact on the mail server."),
     N_("Ask the sender to send it again with a newer program.")},
    {"message:", APP_ERROR_CERTIFICATE, 422,
     N_("This message cannot be opened"),
     N_("It is not encrypted for any certificate of this account."),
     N_("Import the key that it needs, or ask the sender to send it again.")},
    {"message:", APP_ERROR_CONFLICT, 409, N_("This message has changed"),
     N_("It is not the one that was shown a moment ago. Nothing was opened."),
     N_("Go back to the list and open it again.")},
    {"this account does not open", APP_ERROR_FORBIDDEN, 403,
     N_("Encrypted mail is not opened here"),
     N_("This account does not open encrypted mail on this server."),
     N_("Turn on secure mail under Preferences, or ask your administrator.")},
    {"sceau-ca", APP_ERROR_UNREACHABLE, 503,
     N_("The authority does not answer"),
     N_("The program that holds its key is not running, or is busy. What was "
        "decided is kept and will be done."),
     N_("Have sceau-ca started on this server, then open the page of the "
        "authority again.")},
    {"authority:", APP_ERROR_CONFIG, 503, N_("The authority cannot sign"),
     N_("Its key is gone or cannot be read, or its own certificate comes to "
        "its end. Nothing is half done: what was approved waits."),
     N_("Put the key back into the folder of sceau-ca, or renew the "
        "authority; then finish what waits on its page.")},
    {"authority:", APP_ERROR_NOT_FOUND, 404,
     N_("There is no authority at work"),
     N_("None was made yet, or it is being made or reset. Nothing was "
        "changed."),
     N_("Look at the page of the authority.")},
    {"authority:", APP_ERROR_CONFLICT, 409,
     N_("There is an authority already"),
     N_("One is in use, here or in sceau-ca. Nothing was changed."),
     N_("Reset it first if another is to take its place.")},
    {NULL, APP_ERROR_INPUT, 400, N_("This request was not understood"),
     N_("Something in what was sent is missing or wrong. Nothing was "
        "changed."),
     N_("Go back, check what you entered, and try again.")},
    {NULL, APP_ERROR_NOT_FOUND, 404, N_("This page or message is not there"),
     N_("It may have been moved or deleted."), N_("Go back to the inbox.")},
    {NULL, APP_ERROR_EXPIRED, 410, N_("Too much time has passed"),
     N_("The request was only valid for five minutes. Nothing was sent."),
     N_("Send the message again.")},
    {NULL, APP_ERROR_FORBIDDEN, 403, N_("This is not allowed"),
     N_("This account may not do that, or the request did not come from "
        "this page. Nothing was changed."),
     N_("Reload the page and try again. If it happens again, ask your "
        "administrator.")},
    {NULL, APP_ERROR_SIGN_IN, 401, N_("Your session has ended"),
     N_("You were signed out after a time without activity. Nothing was "
        "changed."),
     N_("Sign in again.")},
    {NULL, APP_ERROR_CREDENTIALS, 401, N_("The name or password was refused"),
     N_("The mail server refused this name or password."),
     N_("Check them and try again.")},
    {NULL, APP_ERROR_BACK_OFF, 429, N_("Too many attempts"),
     N_("There were too many attempts to sign in."),
     N_("Wait a few minutes, then try again.")},
    {NULL, APP_ERROR_TOO_LARGE, 413, N_("This is too large"),
     N_("A message may carry 25 MB of files in all. Nothing was sent."),
     N_("Remove or shrink some files, then send again.")},
    {NULL, APP_ERROR_TOO_COMPLEX, 422,
     N_("This message is too complex to show"),
     N_("It is built in a way that could harm the service. It is intact on "
        "the mail server."),
     N_("Download the original and open it in a mail program you trust.")},
    {NULL, APP_ERROR_MALFORMED, 422, N_("This cannot be read"),
     N_("The data is damaged or not of the expected kind."),
     N_("Download the original, or ask the sender to send it again.")},
    {NULL, APP_ERROR_UNREACHABLE, 503, N_("The mail server does not answer"),
     N_("Your messages are safe on the mail server."),
     N_("Try again in a few minutes.")},
    {NULL, APP_ERROR_INSECURE, 503, N_("The connection is not secure"),
     N_("The mail server could not prove who it is, or offered no "
        "encryption. Nothing was sent to it."),
     N_("Tell your administrator; try again later.")},
    {NULL, APP_ERROR_REFUSED, 502, N_("The mail server refused"),
     N_("The mail server did not accept the message or one of its "
        "recipients."),
     N_("Check the addresses, then send again.")},
    {NULL, APP_ERROR_UNKNOWN_OUTCOME, 502,
     N_("It may or may not have been sent"),
     N_("The connection was lost while the message was being handed over."),
     N_("Look in Sent, or ask a recipient, before you send it again.")},
    {NULL, APP_ERROR_CONFLICT, 409, N_("Something changed in the meantime"),
     N_("This was already done, or changed elsewhere. Nothing was done "
        "twice."),
     N_("Reload the page to see how things stand.")},
    {NULL, APP_ERROR_SIGNATURE, 422, N_("The signature does not fit"),
     N_("The signature made in this browser is not one for this message. "
        "Nothing was sent."),
     N_("Reload the page and send again. If it happens again, import your "
        "certificate anew.")},
    {NULL, APP_ERROR_CERTIFICATE, 422, N_("This certificate cannot be used"),
     N_("It is not suitable for signing mail from this address, or is too "
        "weak. Nothing was sent."),
     N_("Choose another certificate, or ask your administrator for one.")},
    {NULL, APP_ERROR_BUSY, 503, N_("The service is busy"),
     N_("Too many people are using it at this moment."),
     N_("Try again in a moment.")},
    {NULL, APP_ERROR_STORE, 503,
     N_("The service cannot save anything just now"),
     N_("Nothing was changed and no message was lost."),
     N_("Try again in a few minutes; tell your administrator if it goes "
        "on.")},
    {NULL, APP_ERROR_CONFIG, 500, N_("The service is set up wrongly"),
     N_("Nothing was changed."),
     N_("Tell your helpdesk and give the support code below.")},
    {NULL, APP_ERROR_FILE, 500, N_("A file cannot be read"),
     N_("Nothing was changed."),
     N_("Tell your helpdesk and give the support code below.")},
    {NULL, APP_ERROR_INTERNAL, 500, N_("Something went wrong"),
     N_("The fault is ours. Nothing was changed."),
     N_("Try again; if it happens again, give the support code below to "
        "your helpdesk.")},
};

const Message *
message_for(const GError *error)
{
    AppError code = app_error_code(error);
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].code == code &&
            (table[i].about == NULL ||
             g_str_has_prefix(error->message, table[i].about)))
            return &table[i];
    return &table[G_N_ELEMENTS(table) - 1];
}

const Message *
message_named(const char *name)
{
    for (gsize i = 0; name != NULL && i < G_N_ELEMENTS(table); i++)
        if (table[i].about == NULL &&
            strcmp(app_error_name(table[i].code), name) == 0)
            return &table[i];
    return NULL;
}

const Message *
messages_all(gsize *n)
{
    *n = G_N_ELEMENTS(table);
    return table;
}

const char *
message_phrase(guint status)
{
    static const struct {
        guint status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {303, "See Other"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Error";
}

char *
words_fill(const Catalogue *words, const char *msgid, ...)
{
    GString *text = g_string_new(catalogue_text(words, msgid));
    va_list pairs;
    va_start(pairs, msgid);
    const char *name;
    while ((name = va_arg(pairs, const char *)) != NULL) {
        g_autofree char *hole = g_strdup_printf("%%{%s}", name);
        g_string_replace(text, hole, va_arg(pairs, const char *), 0);
    }
    va_end(pairs);
    return g_string_free(text, FALSE);
}
