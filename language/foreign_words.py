"""Small words and letters that give away languages the hotline does not speak, so that it can say so honestly.

Lists for `foreign.py`; words that are also English (`die`, `on`, `a`) are left out or counted there against English.
"""

from __future__ import annotations

from language.normalize import split_words

LATIN_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "fr": "je j'ai suis est les des une un dans pour avec sur pas ne que qui vous nous mon ma mes votre "
        "notre cette ce ces il elle bonjour merci c'est s'il plaît plait d'eau chez depuis où comment "
        "pourquoi très être avoir ai du aux et le la l'eau n'est qu'est aidez rue monsieur madame bonsoir "
        "salut oui d'accord besoin voudrais n'a n'y",
        "de": "ich bin ist nicht der das und ein eine einen einem mein meine meiner wir sie ihr haben habe hat "
        "auf für mit von zu zum zur bei seit wie wo warum wann guten tag hallo danke bitte kein keine "
        "sehr auch aber oder werden wird kann können möchte straße es gibt den dem im hilfe brauche sind "
        "uns mir mich nach gestern heute",
        "es": "yo soy está esta estoy el los las una un por para con que no en mi su hola gracias favor "
        "necesito quiero donde dónde cuando cómo como qué hay tengo tiene muy desde pero más calle del al "
        "se lo nos ayuda buenos buenas días tardes señor agua puede ayer mucho la es sin ruido vivo",
        "pt": "eu sou está estou o os as um uma por para com que não em meu minha seu olá obrigado obrigada "
        "favor preciso quero onde quando como há tenho tem muito desde mas mais rua do da dos das ao no "
        "na nos bom boa dia você água ajuda ontem é são sem barulho moro",
        "it": "io sono è il lo gli una un per con che non mi mio mia suo ciao grazie favore bisogno voglio dove "
        "quando come perché c'è ho ha molto più da dal della del di nel nella sulla buongiorno buonasera "
        "via acqua aiuto posso anche questo questa la le abito vorrei",
        "vi": "tôi không là của và có được cho trong một này những với các ở đã đang sẽ bạn anh chị em xin chào "
        "cảm ơn giúp nước điện nhà đường người như thế nào làm muốn cần bị rất toi khong",
        "id": "saya tidak ada di yang dan ini itu dengan untuk dari ke apa bagaimana tolong terima kasih bisa "
        "sudah belum rumah air listrik jalan kami anda mau ingin selamat pagi siang malam karena sejak "
        "mati rusak boleh adalah mohon bantu kenapa dimana nya",
        "tr": "ben bir ve bu için değil var yok çok ile ne nasıl nerede merhaba teşekkür ederim lütfen yardım "
        "su elektrik benim sizin mı mi mu mü ama daha gibi olarak evde sokak istiyorum günaydın dün bugün",
        "pl": "jestem jest nie się na że z w do i to mam mój moja proszę dziękuję dzień dobry gdzie kiedy jak "
        "co dlaczego czy ale bardzo od już tylko ulica woda prąd pomoc pomocy potrzebuję chcę dla przez "
        "wczoraj ma",
        "nl": "ik ben is niet het een en van mijn wij zij hebben heb heeft op voor met bij sinds hoe waar "
        "waarom wanneer goedemorgen hallo bedankt alstublieft geen zeer ook maar kan wil straat er zijn "
        "naar goedendag",
        "sv": "jag är inte och en ett det den på för med av till min mitt vi har hej tack snälla vill kan var "
        "när hur varför mycket sedan men gatan finns från",
        "ro": "eu sunt este nu și un o la în pe pentru cu că mea meu bună ziua mulțumesc vă rog unde când cum "
        "de ce foarte apă stradă am vreau ajutor",
        "cs": "jsem je není a na že s v do to mám můj moje prosím děkuji dobrý den kde kdy jak proč ale velmi "
        "od už voda ulice potřebuji chci pomoc",
        "hu": "vagyok van nem és egy az hogy a nincs köszönöm kérem jó napot hol mikor hogyan miért nagyon de "
        "már víz utca segítség szeretnék kell",
        "tl": "ako ay hindi ang ng mga sa ko mo po opo salamat magandang umaga tulong walang tubig kuryente "
        "saan kailan paano bakit may ito yung kami namin dito na",
        "ms": "saya tidak ada yang dan ini itu dengan untuk boleh awak tolong terima kasih encik nak macam mana",
        "fi": "minä olen on ei ja se että minun kiitos hei missä milloin miten miksi mutta hyvä päivää vesi "
        "katu haluan",
        "uz": "men va bu uchun emas bor yo'q qanday rahmat salom yordam iltimos qayerda kerak suv uyda",
        "sw": "mimi na ni ya wa kwa si hapana ndiyo asante habari jambo tafadhali nina maji nyumba msaada",
    }.items()
}
# A letter that, among the languages of the list, points to one or a few.
LATIN_LETTERS: dict[str, tuple[str, ...]] = {
    "ß": ("de",), "ä": ("de", "sv", "fi"), "ö": ("de", "tr", "sv", "hu", "fi"), "ü": ("de", "tr", "hu"),
    "ñ": ("es",), "¿": ("es",), "¡": ("es",), "ã": ("pt", "vi"), "õ": ("pt", "vi"), "ç": ("fr", "pt", "tr"),
    "ê": ("fr", "pt", "vi"), "è": ("fr", "it"), "œ": ("fr",), "û": ("fr",), "î": ("fr", "ro"), "ù": ("fr", "it"),
    "ı": ("tr",), "ğ": ("tr",), "ş": ("tr", "ro"), "ł": ("pl",), "ą": ("pl",), "ę": ("pl",), "ż": ("pl",), "ź": ("pl",),
    "ś": ("pl",), "ć": ("pl",), "ń": ("pl",), "ř": ("cs",), "ě": ("cs",), "ů": ("cs",), "ő": ("hu",), "ű": ("hu",),
    "ă": ("ro", "vi"), "ț": ("ro",), "ș": ("ro",), "å": ("sv",), "đ": ("vi",), "ơ": ("vi",), "ư": ("vi",),
    "ô": ("fr", "vi", "pt"), "â": ("fr", "pt", "ro", "vi"), "ì": ("it",), "ò": ("it",),
}  # fmt: skip
CYRILLIC_LETTERS: tuple[tuple[str, str], ...] = (
    # the first row with a letter that the text has decides
    ("tg", "ӣӯҷ"), ("uk", "їєґ"), ("mk", "ѓќѕ"), ("sr", "ђћјљњџ"), ("kk", "ұһ"), ("uz", "қғҳ+ў"), ("be", "ў"),
    ("tt", "җ"), ("kk", "әқғ"), ("ky", "ң+өү"), ("mn", "өү"), ("ba", "ҡҙҫ"), ("uk", "і"), ("kk", "ң"),
)  # fmt: skip
CYRILLIC_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "uk": "мене тебе немає будь ласка дякую добрий день привіт що це та вже дуже чому потрібно потрібна "
        "вода вулиця допоможіть допомога хочу поскаржитися якщо або треба сусіди вчора сьогодні",
        "bg": "аз съм е са не се да на за със моля благодаря здравейте какво къде кога защо много ще имам нямам "
        "няма тук този тази има трябва улица вода искам помощ как добър ден вече работи и в от когато "
        "съседите живея",
        "sr": "ја сам није и да на за са молим хвала здраво шта где када зашто много имам немам нема овде треба "
        "улица вода помоћ желим",
        "be": "мяне няма калі ласка дзякуй добры дзень што гэта ўжо вельмі чаму трэба вада вуліца дапамога",
        "mn": "би бол байна юу хаана яагаад баярлалаа сайн уу тусламж ус цахилгаан гэж манай байхгүй болон энэ тийм",
        "kk": "мен бар жоқ және бұл рахмет сәлем қайда қашан неге керек су көмек",
    }.items()
}
# Russian words that are common enough to outvote a foreign one that looks alike.
RUSSIAN_WORDS = frozenset(
    split_words(
        "я ты он она оно мы вы они мне меня тебя вас нас его её ее их это этот эта эти что кто где когда почему как "
        "какой не нет да и или но а в во на по из от до для при с со у к о об без уже ещё еще очень можно нужно надо "
        "есть был была было были будет только тоже так там здесь тут сейчас сегодня вчера завтра здравствуйте спасибо "
        "пожалуйста дом двор вода улица света воды хочу могу помогите пожаловаться жалоба день ли же бы чтобы если то "
        "все всё мой моя наш наша ваш"
    )
)
PINYIN_SYLLABLE = (
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ueng|ang|eng|ing|ong|uai|iao|ian|uan|ai|ei|ao|ou|an|en"
    "|in|un"
    "|ia|ie|iu|ua|uo|ui|ue|er|a|o|e|i|u|v))"
)
# Russian words that Ukrainian, Belarusian or Bulgarian has as well.
SHARED_CYRILLIC = frozenset(
    split_words("я не на до у за о об по при там тут день вода без при в та и к ли бы для со от но с как")
)
# One such word is an answer of its own and belongs to one language only.
GREETINGS: dict[str, str] = {
    "bonjour": "fr", "bonsoir": "fr", "merci": "fr", "hola": "es", "gracias": "es", "ayuda": "es", "danke": "de",
    "hilfe": "de", "obrigado": "pt", "obrigada": "pt", "grazie": "it", "buongiorno": "it", "merhaba": "tr",
    "teşekkürler": "tr", "dziękuję": "pl", "дякую": "uk", "здравейте": "bg", "рахмет": "kk", "баярлалаа": "mn",
    "дзякуй": "be",
}  # fmt: skip
