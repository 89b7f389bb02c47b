"""English words that show a Latin text to be English: small words, and what citizens say to a city.

Words that stand in Chinese addresses and brand names written in Latin letters are kept apart: they are no evidence
that someone speaks English, but they are no evidence of another language either. Words that another Latin-written
language uses as often (`in`, `die`, `son`, `man`) are weak.
"""

from __future__ import annotations

from language.normalize import split_words

FUNCTION_WORDS = frozenset(
    split_words(
        "the a an i i'm i'd i've i'll im ive you your you're youre yours he his him she her hers it its it's we we're "
        "our us they their them my mine this that that's thats these those there there's here is isn't isnt are "
        "aren't was wasn't were weren't be been being am do don't dont does doesn't doesnt did didn't didnt done has "
        "hasn't have haven't had having can can't cant cannot could couldn't will won't would wouldn't should "
        "shouldn't must may might not no yes and or but if then than because so of to from with without for by at on "
        "as into onto about after before under over between through during until since near above below up down out "
        "off again still already just only very too also even ever never always often what what's when where where's "
        "which who whom whose why how how's all any both each every few more most much many some someone something "
        "anyone anything nobody nothing everyone everything other another such same let let's shall one two three"
    )
)
COMMON_WORDS = frozenset(
    split_words(
        "hello hi hey thanks thank thx please pls plz sorry welcome good morning afternoon evening night today "
        "tomorrow yesterday now soon later week month year day days hour hours minute minutes time help need want "
        "wanna gonna like know think tell told ask asked say said speak talk call called calling phone number name "
        "address email live lives living work works working worked job pay paid money bill price cost charge charged "
        "refund fee fees fine tax get got gets getting give gave given take took taken make made go goes going gone "
        "went come came coming see seen saw look looking find found use used using try tried trying keep put open "
        "opened close closed closing stop stopped start started wait waiting waited send sent show fix fixed repair "
        "broken break leak leaking leaks smell smells noise noisy loud water power electricity electric gas heating "
        "heat hot cold light lights lamp streetlight dark dirty clean garbage trash rubbish waste sewage drain pipe "
        "pothole hole manhole cover tree trees dog dogs cat car cars bus taxi bike bicycle truck traffic parking "
        "parked park driver drive train subway station airport ticket license licence passport visa permit residence "
        "register registration certificate card document documents apply application form forms office officer police "
        "fire ambulance emergency hospital doctor medicine sick hurt injured dead school kids child children son "
        "daughter wife husband mother father family friend neighbor neighbour neighbors neighbours people person man "
        "woman men women guy landlord tenant owner boss company shop store restaurant market food house home flat "
        "apartment room door window floor wall roof elevator lift stairs construction dust smoke pollution air river "
        "complain complaint complaining complaints report reporting reported problem problems issue issues question "
        "questions answer information service status check checking changed change cancel cancelled confirm human "
        "agent operator english chinese language right wrong true false sure okay fine great bad better best worse "
        "worst new old big small little long short high low late early first last next again back away outside inside "
        "downstairs upstairs everyday tonight happened happen happening wrong nobody nothing really maybe lost stolen "
        "theft scam cheated dangerous danger safe unsafe illegal law rule wage wages salary insurance pension rent "
        "deposit contract social security internet wifi network signal slow fast can't won't ok yep nope yeah bye "
        "goodbye mr mrs ms sir madam"
    )
)
# In a Latin text these are words of an address, a name or a brand: neutral for whose speech it is.
NEUTRAL_WORDS = frozenset(
    split_words(
        "road rd street st avenue ave lane alley building bldg block unit room floor tower plaza garden gardens park "
        "square district city province county town village station hotel mall center centre gate north south east "
        "west no apt wifi app ok okay vip atm sim usb pdf qq wechat alipay taobao iphone huawei apple gps led tv kfc "
        "ktv pm am wi fi id nfc qr etc hi hello bye dna pm2 spa bmw xiaomi vivo oppo android sos ceo vs no"
    )
)
ENGLISH_WORDS = FUNCTION_WORDS | COMMON_WORDS
