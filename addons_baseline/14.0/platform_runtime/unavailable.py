"""What is answered while the database is away: to programs in their own language, to people what to do. Pure."""

import collections
import html
import json

# Seconds until a client may ask again: a switch of the leader takes a few.
RETRY_AFTER = 5

_JSON_TYPES = ("application/json", "application/json-rpc")

Text = collections.namedtuple("Text", "title wait look")

# By language. `wait` when nothing was done; `look` when it is not known.
_TEXTS = {
    "en": Text(
        title="One moment, please",
        wait="The shop's database is not answering. You stay logged in, and nothing is lost: wait a few seconds"
        " and try again. Tills go on selling and send their sales later.",
        look="The connection to the shop's database broke while this was being saved, so it may be saved or not."
        " Look whether it is there before you do it again.",
    ),
    "de": Text(
        title="Einen Moment, bitte",
        wait="Die Datenbank des Geschäfts antwortet nicht. Sie bleiben angemeldet, und nichts geht verloren:"
        " Warten Sie einige Sekunden und versuchen Sie es noch einmal. Kassen verkaufen weiter und senden ihre"
        " Verkäufe später.",
        look="Die Verbindung zur Datenbank brach beim Speichern ab. Es kann gespeichert sein oder nicht. Sehen Sie"
        " nach, bevor Sie es noch einmal tun.",
    ),
    "fr": Text(
        title="Un instant, s'il vous plaît",
        wait="La base de données du magasin ne répond pas. Vous restez connecté et rien n'est perdu : patientez"
        " quelques secondes et réessayez. Les caisses continuent à vendre et envoient leurs ventes plus tard.",
        look="La connexion à la base de données a été coupée pendant l'enregistrement : il a peut-être eu lieu."
        " Vérifiez avant de recommencer.",
    ),
    "es": Text(
        title="Un momento, por favor",
        wait="La base de datos de la tienda no responde. Su sesión sigue abierta y no se pierde nada: espere unos"
        " segundos e inténtelo de nuevo. Las cajas siguen vendiendo y envían sus ventas más tarde.",
        look="La conexión con la base de datos se cortó mientras se guardaba: puede que se haya guardado o no."
        " Compruébelo antes de repetirlo.",
    ),
}

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{again}
<style>body{{font:1.1em/1.5 sans-serif;max-width:34em;margin:15vh auto;padding:0 1em;color:#222}}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


def answer(environ, body, doubtful):
    """Status line, headers and body for a request of which this is the body, or None if it is not known.

    ``doubtful``: its changes may have been kept. Then nobody is invited to send it again.
    """
    language = _language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    texts = _TEXTS[language]
    text = texts.look if doubtful else texts.wait
    headers = [("Cache-Control", "no-store")]
    if not doubtful:
        headers.append(("Retry-After", str(RETRY_AFTER)))
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() in _JSON_TYPES:
        kind, said = "application/json", _json(body, text)
    else:
        # A page that was asked for may be asked for again by itself; a form is sent again only by a person.
        by_itself = environ.get("REQUEST_METHOD") == "GET" and not doubtful
        again = f'<meta http-equiv="refresh" content="{RETRY_AFTER}">' if by_itself else ""
        kind = "text/html; charset=utf-8"
        said = _PAGE.format(language=language, title=html.escape(texts.title), text=html.escape(text), again=again)
    content = said.encode()
    headers += [("Content-Type", kind), ("Content-Length", str(len(content)))]
    return "503 Service Unavailable", headers, b"" if environ.get("REQUEST_METHOD") == "HEAD" else content


def _language(accepted):
    """The first language of an Accept-Language header that there is a text in."""
    for part in accepted.split(","):
        code = part.partition(";")[0].strip()[:2].lower()
        if code in _TEXTS:
            return code
    return "en"


def _json(body, text):
    """As Odoo shapes its errors, in which its web client looks for `data.arguments`."""
    try:
        number = json.loads(body or b"{}").get("id")
    except (ValueError, AttributeError):
        number = None
    data = {"name": "DatabaseAway", "message": text, "arguments": [text], "debug": "", "context": {}}
    return json.dumps(
        {"jsonrpc": "2.0", "id": number, "error": {"code": 503, "message": text, "data": data}}, ensure_ascii=False
    )
