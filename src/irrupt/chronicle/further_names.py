"""What columns are called in languages, and by systems, of which few logs come."""

from __future__ import annotations

FURTHER: dict[str, str] = {
    "case": """
        episode id; episode; episodio; id epizodu; vertriebsbeleg; verkaufsbeleg; kundenauftrag; auftragsbeleg;
        sales document; candidature; candidatura; numero encargo;
        basvuru no; basvuru numarasi; dosya no; dosya numarasi; talep no; talep numarasi; siparis no; siparis
        numarasi;
        tapaus; tapausnumero; asianumero; diaarinumero; tilausnumero; hakemusnumero;
        ugyszam; ugyazonosito; iktatoszam; rendelesszam; azonosito;
        dosar; numar dosar; numar cerere; numero cerere; numero comanda; numero inregistrare; numar inregistrare;
        υποθεση; αριθμος υποθεσης; αρ υποθεσης; αριθμος αιτησης; αρ αιτησης; αριθμος παραγγελιας; αρ
        παραγγελιας; αρ πρωτοκολλου; αριθμος πρωτοκολλου;
        spisova znacka; spis; cislo jednaci; cislo spisu; cislo pripadu; cislo zadosti; cislo objednavky; pripad
    """,
    "activity": """
        islem; islem adi; adim; asama; faaliyet; etkinlik;
        vaihe; tapahtuma; toimenpide; tyovaihe;
        tevekenyseg; muvelet; lepes; esemeny; folyamatlepes;
        operatiune; activitate; pas; eveniment; actiune;
        ενεργεια; δραστηριοτητα; βημα; σταδιο; συμβαν; εργασια;
        ukon; cinnost; aktivita; udalost; operace; faze
    """,
    "end": """
        sys created on;
        bitis; bitis zamani; bitis tarihi; tarih; zaman; tarih saat; islem tarihi;
        valmis; paattyi; paattymisaika; lopetus; loppu; aika; aikaleima; paivamaara; pvm; ajankohta;
        befejezes; befejezes ideje; befejezve; vege; idopont; idobelyeg; ido;
        data si ora; sfarsit; finalizare; data finalizarii; incheiere;
        ληξη; τελος; ημερομηνια; ημερομηνια ληξης; ωρα ληξης; ολοκληρωση; χρονος; ημερομηνια ωρα;
        konec; cas; datum a cas; ukonceni; cas ukonceni; datum ukonceni; dokonceno; dokonceni
    """,
    "start": """
        baslangic; baslangic zamani; baslangic tarihi; baslama;
        aloitus; aloitusaika; alku; alkoi; alkamisaika;
        kezdes; kezdes ideje; kezdet; kezdete;
        inceput; data inceperii; incepere;
        εναρξη; ημερομηνια εναρξης; ωρα εναρξης; αρχη;
        zacatek; cas zahajeni; datum zahajeni; zahajeni; zahajeno
    """,
    "resource": """
        sys created by;
        personel; calisan; kullanici; gorevli; islemi yapan; memur;
        tekija; kasittelija; tyontekija; kayttaja; suorittaja; vastuuhenkilo;
        dolgozo; ugyintezo; munkatars; felhasznalo; vegrehajto; alkalmazott;
        angajat; utilizator; lucrator; functionar;
        υπαλληλος; χρηστης; χειριστης; υπευθυνος; εργαζομενος; εκτελεστης;
        provedl; zpracoval; zpracovatel; pracovnik; resitel; uzivatel; zamestnanec
    """,
    "team": """
        perfil; profilo; ruolo; rolle; rol; funkcja;
        birim; departman; ekip; sube; bolum;
        tiimi; osasto; ryhma; yksikko;
        osztaly; csoport; csapat; reszleg; szervezeti egyseg;
        serviciu; departament; echipa; compartiment; birou; sectie; grup;
        τμημα; ομαδα; υπηρεσια; μοναδα;
        oddeleni; tym; utvar; skupina; odbor; stredisko
    """,
    "client": """
        candidate; candidat; candidato; bewerber; bewerberin; kandidat; kandidaat; sollicitant; kandydat;
        subscriber; abonnent; abonado; abbonato; assinante; abonent; lessee; leasingnehmer; leasingobiorca;
        locataire; inquilino; affittuario; ratsuchender;
        musteri; musteri adi; basvuran; basvuru sahibi; talep eden;
        asiakas; asiakkaan nimi; hakija; tilaaja;
        ugyfel; ugyfel neve; vevo; megrendelo; kerelmezo; igenylo; paciens;
        solicitant; beneficiar; petent; pacient;
        πελατης; αιτων; ασθενης; εντολεας;
        zakaznik; zadatel; objednatel; odberatel
    """,
}
"""Role -> names, in plain form, that tell as little of it as the last of those do that are better known."""
