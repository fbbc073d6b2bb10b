"""Notes that programs put below a letter, in the languages of our respondents, and people's sentences like them."""

import pytest

from harvester.message.notices import disclaims, is_mobile_note

NOTES = {
    "en": [
        "Sent from my iPhone",
        "Sent from Outlook for iOS",
        "Get Outlook for Android",
        "Sent from Yahoo Mail on Android",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Mail for Windows",
        "Sent from my Huawei phone",
    ],
    "de": [
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Gesendet mit der WEB.DE Mail App",
        "Diese Nachricht wurde von meinem Android-Mobiltelefon mit WEB.DE Mail gesendet.",
        "Gesendet von Mail für Windows",
        "Holen Sie sich Outlook für Android",
        "Gesendet von meinem Huawei-Mobiltelefon",
    ],
    "fr": [
        "Envoyé de mon iPhone",
        "Envoyé à partir de Outlook pour iOS",
        "Télécharger Outlook pour Android",
        "Obtenez Outlook pour Android",
        "Envoyé depuis l'application Mail Orange",
        "Provenance : Courrier pour Windows",
    ],
    "es": [
        "Enviado desde mi iPhone",
        "Obtener Outlook para Android",
        "Enviado desde Outlook para iOS",
        "Enviado desde Correo para Windows",
    ],
    "pt": [
        "Enviado do meu iPhone",
        "Obter o Outlook para Android",
        "Enviado a partir do meu smartphone Samsung Galaxy.",
        "Enviado a partir do Outlook para iOS",
        "Enviado do Correio para Windows",
    ],
    "it": [
        "Inviato da iPhone",
        "Scarica Outlook per Android",
        "Inviato da Outlook per iOS",
        "Inviato da Libero Mail",
        "Inviato dal mio Huawei",
    ],
    "nl": [
        "Verstuurd vanaf mijn iPhone",
        "Outlook voor Android downloaden",
        "Verzonden vanuit Outlook voor iOS",
        "Verzonden met Outlook voor iOS",
        "Verzonden vanuit Mail voor Windows",
    ],
    "sv": [
        "Skickat från min iPhone",
        "Hämta Outlook för Android",
        "Skickat från Outlook för iOS",
        "Skickades från E-post för Windows",
    ],
    "da": [
        "Sendt fra min iPhone",
        "Hent Outlook til Android",
        "Sendt fra Outlook til iOS",
        "Sendt fra Mail til Windows",
    ],
    "no": [
        "Sendt fra min iPhone",
        "Skaff deg Outlook for Android",
        "Sendt fra Outlook for iOS",
        "Sendt fra E-post for Windows",
    ],
    "fi": [
        "Lähetetty iPhonesta",
        "Hanki Outlook Androidille",
        "Lähetetty Outlook for iOS:stä",
        "Lähetetty Samsung Galaxy -älypuhelimesta",
    ],
    "et": ["Saadetud minu iPhone'ist", "Hankige Outlook Androidile", "Saadetud Samsung Galaxy nutitelefonist."],
    "lv": ["Nosūtīts no mana iPhone", "Iegūstiet Outlook darbam ar Android"],
    "lt": ["Išsiųsta iš mano iPhone", "Gaukite „Outlook“, skirtą „Android“"],
    "pl": [
        "Wysłane z iPhone'a",
        "Pobierz aplikację Outlook dla systemu Android",
        "Wysłano z aplikacji Outlook dla systemu iOS",
        "Wysłane z telefonu Samsung Galaxy",
        "Wysłano z Poczty systemu Windows",
    ],
    "cs": [
        "Odesláno z iPhonu",
        "Získat Outlook pro Android",
        "Odesláno z Outlooku pro iOS",
        "Odesláno z mobilu",
        "Odesláno z mého telefonu",
    ],
    "sk": ["Odoslané z môjho iPhonu", "Získať Outlook pre Android", "Odoslané z iPhonu"],
    "sl": ["Poslano z mojega iPhona", "Prenesite Outlook za Android"],
    "hr": ["Poslano s mog iPhonea", "Preuzmi Outlook za Android", "Poslano s iPhonea"],
    "hu": [
        "iPhone-ról küldve",
        "Az Android Outlook letöltése",
        "Elküldve az iPhone-omról",
        "Telefonomról küldve",
        "Küldve Samsung Galaxy okostelefonomról",
    ],
    "ro": ["Trimis de pe iPhone-ul meu", "Obțineți Outlook pentru Android", "Trimis din Outlook pentru iOS"],
    "bg": ["Изпратено от моя iPhone", "Изтеглете Outlook за Android", "Изпратено от Outlook за iOS"],
    "el": [
        "Στάλθηκε από το iPhone μου",
        "Λήψη του Outlook για Android",
        "Αποστολή από το iPhone μου",
        "Εστάλη από το Samsung Galaxy μου",
    ],
    "is": ["Sent úr iPhone-símanum mínum", "Sent frá iPhone-inum mínum", "Sæktu Outlook fyrir Android"],
    "tr": ["iPhone'umdan gönderildi", "Android için Outlook'u edinin", "iOS için Outlook uygulamasından gönderildi"],
    "uk": ["Надіслано з iPhone", "Отримати Outlook для Android", "Надіслано з мого iPhone"],
    "ru": [
        "Отправлено с iPhone",
        "Скачать Outlook для Android",
        "Отправлено из мобильной Почты Mail.ru",
        "Отправлено из Почты для Windows",
        "Отправлено с моего iPhone",
    ],
    "mt": ["Mibgħut mill-iPhone tiegħi"],
    "ga": ["Seolta ó m'iPhone"],
    "ja": ["iPhoneから送信", "Android 版 Outlook を入手", "Windows 版のメールから送信"],
}
NOTICES = {
    "de": (
        "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht "
        "der richtige Adressat sind, informieren Sie bitte sofort den Absender und vernichten Sie diese "
        "E-Mail."
    ),
    "fr": (
        "Ce message et ses pièces jointes sont confidentiels et établis à l'intention exclusive de "
        "leurs destinataires. Si vous recevez ce message par erreur, merci de le détruire et d'en "
        "avertir l'expéditeur."
    ),
    "es": (
        "Este mensaje y sus archivos adjuntos van dirigidos exclusivamente a su destinatario y pueden "
        "contener información confidencial. Si lo ha recibido por error, le rogamos lo elimine."
    ),
    "it": (
        "Le informazioni contenute nella presente comunicazione sono riservate e destinate "
        "esclusivamente al destinatario. Se avete ricevuto questo messaggio per errore, siete pregati "
        "di cancellarlo."
    ),
    "pt": (
        "Esta mensagem e os seus anexos são confidenciais e destinam-se exclusivamente ao destinatário. "
        "Se a recebeu por engano, por favor elimine-a."
    ),
    "nl": (
        "De informatie in dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. "
        "Indien u dit bericht ten onrechte ontvangt, verzoeken wij u het te verwijderen."
    ),
    "sv": (
        "Detta meddelande är konfidentiellt och endast avsett för mottagaren. Om du fått det av "
        "misstag, vänligen radera det."
    ),
    "da": (
        "Denne e-mail er fortrolig og kun beregnet til modtageren. Har du modtaget den ved en fejl, "
        "bedes du slette den."
    ),
    "no": (
        "Denne e-posten er konfidensiell og kun ment for mottakeren. Har du mottatt den ved en feil, "
        "vennligst slett den."
    ),
    "fi": (
        "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle. Jos olet saanut viestin "
        "vahingossa, poista se."
    ),
    "pl": (
        "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymali ją "
        "Państwo omyłkowo, prosimy o jej usunięcie."
    ),
    "cs": ("Tato zpráva je důvěrná a určená pouze adresátovi. Pokud jste ji obdrželi omylem, prosíme o její smazání."),
    "sk": ("Táto správa je dôverná a určená len adresátovi. Ak ste ju dostali omylom, prosíme o jej vymazanie."),
    "sl": ("To sporočilo je zaupno in namenjeno samo naslovniku. Če ste ga prejeli pomotoma, ga prosimo izbrišite."),
    "hr": ("Ova poruka je povjerljiva i namijenjena samo primatelju. Ako ste je primili greškom, molimo izbrišite je."),
    "hu": "Ez az üzenet bizalmas, kizárólag a címzettnek szól. Ha tévedésből kapta meg, kérjük törölje.",
    "ro": (
        "Acest mesaj este confidențial și destinat exclusiv destinatarului. Dacă l-ați primit din "
        "greșeală, vă rugăm să îl ștergeți."
    ),
    "bg": (
        "Това съобщение е поверително и е предназначено само за получателя. Ако сте го получили по "
        "погрешка, моля изтрийте го."
    ),
    "el": (
        "Το παρόν μήνυμα είναι εμπιστευτικό και προορίζεται μόνο για τον παραλήπτη. Αν το λάβατε εκ "
        "παραδρομής, παρακαλούμε διαγράψτε το."
    ),
    "et": (
        "See kiri on konfidentsiaalne ja mõeldud ainult adressaadile. Kui saite selle eksituse läbi, "
        "palume kiri kustutada."
    ),
    "lv": (
        "Šis e-pasts ir konfidenciāls un paredzēts tikai adresātam. Ja esat to saņēmis kļūdas dēļ, lūdzam to dzēst."
    ),
    "lt": ("Šis laiškas yra konfidencialus ir skirtas tik gavėjui. Jei gavote jį per klaidą, prašome ištrinti."),
    "mt": (
        "Dan il-messaġġ huwa kunfidenzjali u maħsub biss għad-destinatarju. Jekk irċevejtuh bi żball, "
        "jekk jogħġbok ħassru."
    ),
    "ga": (
        "Tá an teachtaireacht seo rúnda agus ceaptha don té a seoladh chuige amháin. Má fuair tú trí "
        "bhotún í, scrios í le do thoil."
    ),
    "is": (
        "Þessi tölvupóstur er trúnaðarmál og einungis ætlaður viðtakanda. Ef þú fékkst hann fyrir "
        "mistök, vinsamlegast eyddu honum."
    ),
    "tr": "Bu e-posta gizlidir ve yalnızca alıcısına yöneliktir. Yanlışlıkla aldıysanız lütfen siliniz.",
    "uk": (
        "Це повідомлення є конфіденційним і призначене лише адресату. Якщо ви отримали його помилково, "
        "просимо видалити."
    ),
    "ru": (
        "Это сообщение является конфиденциальным и предназначено только адресату. Если вы получили его "
        "по ошибке, просим удалить."
    ),
    "env": "Please consider the environment before printing this e-mail.",
    "env fr": "Avant d'imprimer, pensez à l'environnement.",
    "env es": (
        "Antes de imprimir este mensaje, asegúrese de que es necesario. El medio ambiente está en nuestra mano."
    ),
    "env de": "Bitte prüfen Sie der Umwelt zuliebe, ob der Ausdruck dieser Mail erforderlich ist.",
    "gdpr": (
        "For information on how we process your personal data please see our privacy notice at "
        "www.north.example/privacy."
    ),
    "gdpr de": "Informationen zum Datenschutz finden Sie unter www.north.example/datenschutz.",
    "avg": "Virus-free. www.avg.com",
    "avast": "Diese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.",
    "ext": "[EXTERNAL EMAIL] This message came from outside the Council.",
    "foi": (
        "All e-mails sent to and from this address may be subject to recording, monitoring and "
        "disclosure under the Freedom of Information Act."
    ),
    "mime": "Scanned by the Email Security.cloud service.",
    "yht": (
        "This message has been scanned for viruses and dangerous content by MailScanner, and is believed to be clean."
    ),
}


@pytest.mark.parametrize("note", [note for notes in NOTES.values() for note in notes])
def test_notes_of_phones_are_known(note: str) -> None:
    assert is_mobile_note(note)


@pytest.mark.parametrize(
    "sentence",
    [
        "Sent from the town hall the answer is no.",
        "Sent by post on Monday, our reply covers it.",
        "From my point of view this works.",
        "Enviado por correo el lunes pasado.",
        "Get Outlook ready, the form opens there.",
        "Wysłane pismo zawiera odpowiedź gminy.",
        "Enviado desde el ayuntamiento por correo.",
        "Trimis din primărie în data de luni, telefonic.",
        "All our offices share Outlook and its calendars on Android.",
        "",
    ],
)
def test_people_send_things_too(sentence: str) -> None:
    assert not is_mobile_note(sentence)


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES.keys())
def test_notices_are_known_in_every_language(notice: str) -> None:
    assert disclaims(notice) >= 2


@pytest.mark.parametrize(
    "sentence",
    [
        "We share confidential papers with the recipient of the grant, and delete old files together.",
        "Das Amt vernichtet vertrauliche Akten gemeinsam mit dem Nachbaramt.",
        "The message of the mayor was intended for all, it is a joint service of two towns.",
        "Die Gemeinden drucken gemeinsam und schonen die Umwelt.",
        "Scanning of old files is a shared service of both archives.",
    ],
)
def test_people_speak_of_papers_too(sentence: str) -> None:
    assert disclaims(sentence) < 2
