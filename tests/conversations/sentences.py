"""What citizens say in the conversation tests, in five languages; written apart from the training examples."""

from __future__ import annotations

LANGUAGES = ("zh", "en", "ja", "ko", "ru")

RICH = {
    "zh": "我要投诉，解放路15号门口的路灯昨天晚上就不亮了，我叫张伟，电话13800138000",
    "en": "I'd like to complain, the street light at 15 Jiefang Road has been dark since last night, "
    "my name is John Smith and my number is 13800138000",
    "ja": "苦情です。解放路15番地の前の街灯が昨日の夜から消えています。私は山田太郎、電話は13800138000です。",
    "ko": "민원입니다. 해방로 15호 앞 가로등이 어제 저녁부터 꺼져 있어요. "
    "저는 김민수이고 전화번호는 13800138000입니다.",
    "ru": "Хочу пожаловаться: на улице Цзефан, дом 15, со вчерашнего вечера не горит фонарь. "
    "Меня зовут Иван Петров, телефон 13800138000.",
}
"""Matter, place, time, name and telephone in one breath."""
PLACE = {"zh": "解放路", "en": "Jiefang", "ja": "解放路", "ko": "해방로", "ru": "Цзефан"}
"""What the place of `RICH` and of `SLOW` has in it."""

WISH = {
    "zh": "我要投诉",
    "en": "I want to make a complaint",
    "ja": "苦情を言いたいのですが",
    "ko": "민원을 넣고 싶어요",
    "ru": "Хочу подать жалобу",
}
"""A wish to complain, without the matter."""

ANSWERS = {
    "zh": {
        "description": "小区对面的工地一直在打桩，吵得全家睡不着",
        "category": "第一个",
        "location": "解放路88号阳光小区东门",
        "occurred_at": "昨天晚上十一点多",
        "contact_name": "我姓王，叫王芳",
        "contact_phone": "13912345678",
        "confidentiality": "别让他们知道是我说的",
        "confirm": "没错，提交吧",
    },
    "en": {
        "description": "The building site across the road is driving piles so loudly that none of us can sleep",
        "category": "the first one",
        "location": "88 Jiefang Road, by the east gate of Sunshine Estate",
        "occurred_at": "last night around eleven",
        "contact_name": "It's Mary Brown",
        "contact_phone": "my mobile is 139 1234 5678",
        "confidentiality": "please keep my details private",
        "confirm": "yes, that's right, submit it",
    },
    "ja": {
        "description": "向かいの工事現場の杭打ちがうるさくて、家族みんな眠れません",
        "category": "一番目です",
        "location": "解放路88番地、サンシャイン団地の東門です",
        "occurred_at": "昨日の夜11時ごろです",
        "contact_name": "鈴木花子と申します",
        "contact_phone": "13912345678です",
        "confidentiality": "相手には知らせないでください",
        "confirm": "はい、それで登録してください",
    },
    "ko": {
        "description": "맞은편 공사장에서 말뚝 박는 소리가 너무 시끄러워 온 가족이 잠을 못 잡니다",
        "category": "첫 번째요",
        "location": "해방로 88호 선샤인 단지 동문이에요",
        "occurred_at": "어젯밤 11시쯤이요",
        "contact_name": "이수진이라고 합니다",
        "contact_phone": "13912345678입니다",
        "confidentiality": "상대방에게는 알리지 말아 주세요",
        "confirm": "네, 맞아요. 접수해 주세요",
    },
    "ru": {
        "description": "На стройке напротив так громко забивают сваи, что вся семья не может спать",
        "category": "первое",
        "location": "улица Цзефан, 88, у восточных ворот жилого комплекса «Солнечный»",
        "occurred_at": "вчера около одиннадцати вечера",
        "contact_name": "Меня зовут Мария Иванова",
        "contact_phone": "мой номер 13912345678",
        "confidentiality": "пожалуйста, не говорите им, кто я",
        "confirm": "да, всё верно, отправляйте",
    },
}
"""Natural answers, slot by slot."""
NAMES = {"zh": "王芳", "en": "Mary Brown", "ja": "鈴木花子", "ko": "이수진", "ru": "Мария Иванова"}

QUESTION = {
    "zh": "你们会把我的电话给别人吗？",
    "en": "Will you give my phone number to anyone else?",
    "ja": "私の電話番号は他の人に知られますか？",
    "ko": "제 전화번호를 다른 사람에게 알려 주나요?",
    "ru": "Вы никому не передадите мой номер?",
}
"""Asked while the place is asked for."""
CORRECTION = {
    "zh": "电话不对，应该是13700000001",
    "en": "the phone number is wrong, it should be 13700000001",
    "ja": "電話番号が違います、13700000001です",
    "ko": "전화번호가 틀렸어요, 13700000001이에요",
    "ru": "телефон неправильный, нужно 13700000001",
}
ANONYMOUS = {
    "zh": "我想匿名",
    "en": "I'd rather stay anonymous",
    "ja": "匿名でお願いします",
    "ko": "익명으로 하고 싶어요",
    "ru": "хочу остаться анонимным",
}
CANCEL = {
    "zh": "算了，不投诉了",
    "en": "never mind, cancel it",
    "ja": "やっぱりやめます",
    "ko": "그만둘게요, 취소해 주세요",
    "ru": "не надо, отмените",
}
GO_ON = {"zh": "继续", "en": "go on", "ja": "続けてください", "ko": "계속할게요", "ru": "продолжим"}
HUMAN = {
    "zh": "我要找真人客服",
    "en": "let me speak to a real person",
    "ja": "人間の担当者と話したいです",
    "ko": "사람 상담원하고 통화하고 싶어요",
    "ru": "соедините меня с живым оператором",
}
DANGER = {
    "zh": "等等，厨房煤气漏了，味道特别大！",
    "en": "wait, there's gas leaking in my kitchen, the smell is really strong!",
    "ja": "待って、台所でガスが漏れています、すごい臭いです！",
    "ko": "잠깐만요, 부엌에서 가스가 새고 있어요, 냄새가 너무 심해요!",
    "ru": "подождите, на кухне утечка газа, пахнет очень сильно!",
}
YES = {"zh": "好的，要", "en": "yes please", "ja": "はい、お願いします", "ko": "네, 해 주세요", "ru": "да, пожалуйста"}
ABUSE = {
    "zh": "你们都是一群废物",
    "en": "you bunch of useless idiots",
    "ja": "お前ら本当に役立たずだな",
    "ko": "이 쓸모없는 바보들아",
    "ru": "вы все бесполезные идиоты",
}
GIBBERISH = ("asdf qwer", "zxcv uiop hjkl", "qqq www")
STATUS = {
    "zh": "我的投诉办得怎么样了？",
    "en": "How is my complaint coming along?",
    "ja": "私の苦情はどうなっていますか？",
    "ko": "제 민원은 어떻게 되고 있나요?",
    "ru": "Как продвигается моя жалоба?",
}
URGE = {
    "zh": "太慢了，帮我催一下",
    "en": "it's taking too long, please hurry them up",
    "ja": "遅すぎます、催促してください",
    "ko": "너무 늦네요, 빨리 처리하라고 재촉해 주세요",
    "ru": "слишком долго, поторопите их, пожалуйста",
}
SUPPLEMENT = {
    "zh": "我要补充一点情况",
    "en": "I'd like to add something to my complaint",
    "ja": "苦情に追加したいことがあります",
    "ko": "민원에 내용을 추가하고 싶어요",
    "ru": "хочу дополнить свою жалобу",
}
FACTS = {
    "zh": "今天凌晨两点又开始打桩了，一直响到四点",
    "en": "They started hammering again at two this morning and went on until four",
    "ja": "今朝の二時にまた杭打ちが始まり、四時まで続きました",
    "ko": "오늘 새벽 두 시에 또 말뚝을 박기 시작해서 네 시까지 계속됐어요",
    "ru": "Сегодня в два часа ночи опять начали забивать сваи и не умолкали до четырёх",
}
WITHDRAW = {
    "zh": "问题解决了，我要撤销投诉",
    "en": "I'd like to withdraw my complaint",
    "ja": "苦情を取り下げたいです",
    "ko": "민원을 취하하고 싶어요",
    "ru": "хочу отозвать жалобу",
}
SURELY = {
    "zh": "是的，撤销",
    "en": "yes, withdraw it",
    "ja": "はい、取り下げます",
    "ko": "네, 취하합니다",
    "ru": "да, отозвать",
}
