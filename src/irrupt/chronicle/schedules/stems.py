"""Words within the names of columns of schedules, in two dozen languages: for names that are not known as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from irrupt.chronicle.hints import plain

STEMS: dict[str, str] = {
    "quantity": """
        qty qte quant* *menge* wmeng cantidad* aantal hoeveel* ilosc* pieces pcs stuck stueck units szt
        forecast* fcst demand* prevision* previsao mnozstv* miktar* adet antal antall mangd*
        mennyis* maara* cantit*
        количеств* кільк* ποσοτητ* *数量* *所要量* *수량*
    """,
    "issued": """
        issue* emis* uitgift* wydan* release* publi* snapshot version* stand plan planned planning programm*
        cycle abruf* erstell* creat* transmiss* diffus* vintage versie wersj* abrdt aktualis* aktualiz* updated plandat*
        vystav* vydan* yayin* planu prognosdat*
        kiad* julkais*
        выпуск* випуск* издаван* εκδοσ* *発行* *发布* *발행*
    """,
    "period": """
        deliv* due *liefer* livraison livr* besoin need* requir* entrega consegna *lever* dostaw* ship*
        *termin* bucket target period* semaine *woche settimana semana week tydzien *bedarf* fabbisogno necesid*
        wunsch* echeance edatu arriv* demand lief liefdat* lfdat* dodan* dodac* tyden tydn* teslim* hafta
        het szallit* hatarid* toimitus* viikko saptaman* livrar*
        tyzd* недел* тижд* тижн* седмиц* поставк* постачан* отгрузк* доставк* εβδομαδ* παραδοσ* *納期* *交期* *납기*
    """,
    "part": """
        part parts *material* article* artikel* articol* articul* artigo item* sku *teil* sachn* piece pieza
        peca onderdeel czesc* artnr artno product* produit* produkt* prodott* ref refer* codigo codice code
        towar* indeks dil dilu parca* malzeme* urun* varen*
        cikksz* alkatresz* nimike* reper*
        артикул* детал* номенклатур* *品番* *零件* *物料* *품번* artikkel* diel vyrob*
    """,
    "plant": """
        plant* planta *werk* usine site* factory fabri* stabiliment* zaklad* location lieu dock ablade* destin*
        warehouse magazyn magazin almacen entrepot dc zavod* tesis*
        gyar gyarto* tehdas* fabrica
        завод* εργοστασι* *工場* *工厂* *공장* anlegg uzin* obrat
    """,
    "client": """
        sold oem buyer customer* kund* client* klient* klant* cliente* auftragg* warenempf* receptionn* destinat*
        zakaznik* odberatel* musteri* odbiorc* kund
        vevo* ugyfel* asiakas*
        клиент* клієнт* заказчик* замовник* покупател* πελατ* *得意先* *客户* *고객* kupec kupc* narocnik*
    """,
    "cumulative": """
        cum kum cumul* kumul* fz *fortschritt* acumul* narast* narust* progressiv* accum*
    """,
    "backlog": """
        backlog arrears overdue late *ruckstand* retard arriere* zaleg* achterstand skluz* zpozden* gecik*
    """,
}
"""Role -> words of names; * stands for the rest of a word. Roles that stand first go before later ones."""
_OF_ANYTHING = frozenset({"code", "codigo", "codice", "ref", "refer", "indeks"})
_CODED = frozenset(("unit", "units", "uom", "measure", "currency", "reason", "status", "tax", "vat", "postal", "zip"))
"""Words for the number of a part that are of a place where they stand beside one (`Location Code`), and other words
beside which they are of something else."""
_ENDING = r"\b(?:week|wk|w) ?(?:ending|ended|end|e)\b|\bfin de semaine\b|\bwochenende\b"
_TOTALS = (
    "total totals sum summe gesamt gesamtsumme somme totaal totale totali totales totaux suma soma somma razem grand "
    "subtotal insgesamt gesamtergebnis zwischensumme teilsumme celkem soucet sucet toplam eindtotaal totalsumma "
    "slutsumma totalsum hovedtotal totalt summa yhteensa vegosszeg osszesen zbroj vsota ukupno skupaj "
    "итого всего итог 総計 合計 总计 合计"
)
_OF_ALL = (
    "general generale geral ogolem ogolna calkowita koncowa complessivo complessiva overall all celkovy genel ukupni "
    "skupna kaikki global globale общии"
)
_WHOLE = frozenset(_OF_ALL.split(" "))
"""What is said beside words for a sum: in a pivot table, of that of all rows (`Total général`, `Suma końcowa`)."""
_RESULT = "ergebnis"
"""How a spreadsheet calls a sum, behind the name of what it sums."""
_FORMER = (
    r"(?:alte?[nrs]?|old|prev|previous|prior|former|vorherig\w*|vorig\w*|bisherig\w*|ancien\w*|precedent\w*|anterior|"
    r"oude?|vorwoche|vormonat|diff\w*|abweichung\w*|delta|ecart|change|variance|variation|anderung|veranderung)$"
)
"""Words for quantities of the plan before, and for differences from it."""
_PARTIAL = r"^(?:sous total|sub ?total|zwischensumme|teilsumme|subtotaal|subtotale|totale parziale)\b"
TOTALS = frozenset(_TOTALS.split(" "))
"""Words for rows and columns of sums."""
_NET = re.compile(r"nets?$|nett[oae](?:bedarf|menge)?$|netos?$")
_STOCK = re.compile(
    r"verf$|verfugbar|avail|\w*bestand|stocks?$|inventory$|atp$|disp(?:on\w*)?$|giacenz|scort|existencia|inventario$|"
    r"voorraad|beschikba|zapas|dostepn"
)
"""Words for what is there, or left."""
_IN_PACKS = re.compile(
    r"(?:\b(?:per|je|pro|par|por)\s+|/\s*)(?:une?\s+)?(?:pack|box|carton|crate|container|pallet|bin|tray|tote|kanban|vpe?\b|"
    r"ve\b|lt\b|behalter|palett|karton|kist|gebinde|uc\b|um\b|colis|bac\b|boite|caja|envase|embalaj|collo|scatol|"
    r"imball|doos|emballage|opak|palet|krab|obal|kutu|koli)|\b(?:snp|spq|std pack|standard pack|pack size)\b"
)
"""How many pieces are in a package, which is no quantity of any period."""
_PACKAGES = (
    "beh box boxes bin bins tote totes tray trays crate crates carton cartons pallet pallets container containers pack "
    "packs package packages rack racks skid skids colis uc um bac bacs palette palettes caisse caisses conteneur "
    "conteneurs emballages behalter behaelter paletten karton kartons kisten gebinde gitterboxen ladungstrager lt klt "
    "glt vpe ve caja cajas bultos palet palets pales contenedores embalajes colli collo scatole casse cassoni bancali "
    "imballi imballaggi contenitori caixas embalagens paletes kolli dozen bakken opak opakowan opakowania palety "
    "kartony pojemniki skrzynie skrzynki bal baleni bedny krabice dobozok raklap ladak kutu koli pallar lador kollin "
    "kasser paller"
)
_HOW_MANY = "nb nombre no nr num number numero of de anzahl zahl qty qte menge aantal antal ilosc pocet cantidad"
_OF_PACKAGES, _COUNTS = frozenset(_PACKAGES.split()), frozenset(_HOW_MANY.split())
"""Names of packages, and words beside them for how many these are."""
_NAME = re.compile(r"\b(?:name|nom|nombre|nome|naam|nazwa)\b")
_PARTY = re.compile(
    r"\b(?:ship|sold|deliver) to\b|\b(?:warenempf|auftragg|receptionn|destinat|consignee|goods recipient)"
)
"""Words for a name, and for somebody who orders or receives."""
_PARTNER = re.compile(
    r"((?:ship|sold|bill|deliver) to) (?:bp|pt|pty|prty|business partner|partner|cust|customer|cd|code)"
)
"""Words for a party that business systems shorten, or add something to."""
_RECEIVES = re.compile(
    r"(?:ship|deliver|delivered) to\b|warenempf|receptionn|destinat|consignee|goods recipient|lieferempf|livre a\b|"
    r"lieu de livraison|odbiorca towaru|miejsce dostawy|prijemce|misto dodani"
)
"""How a column begins that tells who receives what another party orders."""
_THING = re.compile(
    r"material|articl|artikel|articol|articul|artigo|items?$|sku$|(?<!ab)(?<!ver)teil|sachn|piezas?$|pieces?$|pecas?$|"
    r"onderdeel|parts?$|produ[ckz]t|produit|prodott|zeichnung|drawing|dessin"
)
"""Words for what is delivered."""
_COMES = re.compile(
    r"zugang|zugange|eingang|zulauf|rec(?:eipts?)?$|rcpts?$|supply$|inflow|entrees?$|entradas?$|entr$|entrat[ae]$|"
    r"recepcion|ontvangst|przyj"
)
_GOES = re.compile(
    r"bedarf|abgang|ausgang|req(?:d|mts?|ts?|uir\w*)?$|demand|outflow|issues?$|besoin|sorties?$|nec(?:esidad(?:es)?)?$|"
    r"salidas?$|saidas?$|fabb|uscit[ae]$|behoefte|verbruik|zapotrzeb|wydan"
)
"""Words for what comes into a stock, and for what goes out of it."""
MOST = 0.5
"""Score of a name by its words, at most: below that of every name known as a whole."""


@cache
def _matches(role: str, word: str) -> bool:
    for stem in STEMS.get(role, "").split():
        bare = stem.strip("*")
        if stem.startswith("*") and bare in word:
            return True
        if word.startswith(bare) if stem.endswith("*") else word == bare:
            return True
    return False


def word_score(role: str, column: str) -> float:
    """How well the words of a column's name tell of *role*: 0 not at all, up to `MOST`.

    >>> word_score("period", "Data de entrega") > 0, word_score("issued", "Uitgiftedatum") > 0
    (True, True)
    >>> word_score("part", "size"), word_score("quantity", "Menge alt")
    (0.0, 0.0)
    """
    words = plain(column).split()
    if role == "quantity" and any(_matches(other, word) for word in words for other in ("cumulative", "backlog")):
        return 0.0
    if role == "quantity" and (tells_former(column) or tells_stock(column)):
        return 0.0
    if role == "quantity" and tells_movement(column):
        return MOST
    if role == "client" and _NAME.search(" ".join(words)) and _PARTY.search(" ".join(words)):
        return MOST
    if role == "part" and any(word in _CODED or _matches("plant", word) or _matches("client", word) for word in words):
        words = [word for word in words if word not in _OF_ANYTHING] or ["?"]
    hits = sum(_matches(role, word) for word in words)
    return MOST * hits / len(words) if hits else 0.0


def is_stem(role: str, name: str) -> bool:
    """Whether *name* is nothing but a word that tells of *role*, without anything behind it.

    >>> is_stem("client", "Zákazník"), is_stem("client", "Kundennummer"), is_stem("plant", "Závod")
    (True, False, True)
    """
    return plain(name) in {stem.strip("*") for stem in STEMS.get(role, "").split()}


_MONEY = (
    "eur euro euros usd dollar dollars gbp chf franken pln zloty czk sek nok dkk huf ron bgn jpy yen cny rmb inr aud "
    "cad nzd brl mxn zar sgd hkd krw ils aed"
)
_CURRENCIES = frozenset(_MONEY.split())
_KINDS_OF_VALUE = (
    "net nett netto nette neto brut brute brutto bruto gross ht ttc in en order orders commande pedido ordine document"
)
_OF_VALUES = frozenset(_KINDS_OF_VALUE.split())
"""Words that say of which kind a value is, and of what."""
_COMPOUND = re.compile(r"(?:netto|brutto|gesamt|auftrags|bestell|rechnungs|waren)+(betrag|wert|umsatz|summe)")


def of_value(column: str) -> str:
    """The name of *column* without its currency, and without what says of which kind a value is.

    >>> of_value("Amount EUR"), of_value("Net value"), of_value("Nettobetrag"), of_value("Order value (in CHF)")
    ('amount', 'value', 'betrag', 'value')
    >>> of_value("USD"), of_value("unit price EUR"), of_value("order")
    ('amount', 'unit price', 'order')
    """
    words = plain(column).split()
    told = [word for word in words if word not in _CURRENCIES]
    if len(told) < len(words) and not told:
        return "amount"
    bare = [word for word in told if word not in _OF_VALUES] or told
    return " ".join(found[1] if (found := _COMPOUND.fullmatch(word)) else word for word in bare)


def is_total(text: str) -> bool:
    """Whether *text* names a sum.

    >>> is_total("Grand Total"), is_total("Total général"), is_total("Total Energies"), is_total("General")
    (True, True, False, False)
    """
    words = (plain(text) or text.casefold()).split()
    return not TOTALS.isdisjoint(words) and all(word in TOTALS or word in _WHOLE for word in words)


def tells_former(text: str) -> bool:
    """Whether a word in *text* tells of the plan before, or of the difference from it.

    >>> tells_former("Plan alt"), tells_former("Abweichung"), tells_former("Plan neu")
    (True, True, False)
    """
    return any(re.match(_FORMER, word) for word in plain(text).split())


def as_party(name: str) -> str:
    """The *name* of a column, or what it says of a party in short.

    >>> as_party("Ship-to BP"), as_party("Sold-To Pt"), as_party("Ship date")
    ('ship to', 'sold to', 'Ship date')
    """
    found = _PARTNER.fullmatch(plain(name))
    return name if found is None else found[1]


def tells_receiver(name: str) -> bool:
    """Whether *name* tells who receives what another party orders.

    >>> tells_receiver("Ship-to party"), tells_receiver("Warenempfänger"), tells_receiver("Auftraggeber")
    (True, True, False)
    """
    return _RECEIVES.match(plain(name)) is not None


def tells_packing(name: str) -> bool:
    """Whether *name* is one of a column of how many pieces are in a package.

    >>> tells_packing("Qty per pack"), tells_packing("Stk/Behälter"), tells_packing("Qty per week")
    (True, True, False)
    """
    return _IN_PACKS.search("/".join(map(plain, name.split("/")))) is not None


def tells_packages(name: str) -> bool:
    """Whether *name* says nothing but that packages are counted.

    >>> tells_packages("Boxes"), tells_packages("Nb UC"), tells_packages("Box 4711"), tells_packages("Qty")
    (True, True, False, False)
    """
    words = set(plain(name).split())
    return bool(words & _OF_PACKAGES) and words <= _OF_PACKAGES | _COUNTS


def names_thing(name: str) -> bool:
    """Whether a word in *name* is one for what is delivered.

    >>> names_thing("Kundenmaterial"), names_thing("Customer part number"), names_thing("Abteilung Kunde")
    (True, True, False)
    """
    return any(map(_THING.search, plain(name).split()))


def tells_stock(name: str) -> bool:
    """Whether *name* is one of a column of what is there, or left, rather than of what is needed.

    >>> tells_stock("Verfügbare Menge"), tells_stock("Available Qty"), tells_stock("Bestellmenge")
    (True, True, False)
    """
    return any(_STOCK.match(word) for word in plain(name).split())


def tells_movement(name: str) -> bool:
    """Whether *name* is one of a column of both what comes and what goes.

    >>> tells_movement("Zugang/Bedarf"), tells_movement("Rec./reqd qty"), tells_movement("Entrée/besoin")
    (True, True, True)
    >>> tells_movement("Bedarf"), tells_movement("Eingang")
    (False, False)
    """
    words = plain(name).split()
    return any(map(_COMES.match, words)) and any(map(_GOES.match, words))


def tells_sum(text: str) -> bool:
    """Whether a word in *text* tells of a sum, or of what is left of several things.

    >>> tells_sum("Total"), tells_sum("Nettobedarf"), tells_sum("Network")
    (True, True, False)
    """
    return any(word in TOTALS or _NET.match(word) for word in plain(text).split())


def is_sum_of(text: str, known: Collection[str]) -> bool:
    """Whether *text* names the sum of a part of the rows: with a word for that, or that of a name which is *known* (in
    plain form) itself.

    >>> is_sum_of("Sous-total Alpha", []), is_sum_of("Alpha Total", ["alpha"]), is_sum_of("Total Energies", ["alpha"])
    (True, True, False)
    """
    name = plain(text)
    if re.match(_PARTIAL, name):
        return True
    words = name.split()
    ends = ((words[0], words[1:]), (words[-1], words[:-1])) if words else ()
    return any((word in TOTALS or word == _RESULT) and " ".join(rest) in known for word, rest in ends if rest)


def ends_weeks(name: str) -> bool:
    """Whether *name* says that a date is the last day of a week.

    >>> ends_weeks("Week Ending"), ends_weeks("W/E"), ends_weeks("Week")
    (True, True, False)
    """
    return re.search(_ENDING, plain(name)) is not None
