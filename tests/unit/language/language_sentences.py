"""What citizens say to a hotline, in the five languages and in others; written for these tests."""

OURS: dict[str, str] = {
    "zh": """我要投诉
小区门口的路灯坏了三天了没人修
请问社保卡怎么补办
楼下烧烤店油烟太大，熏得人睡不着
水管爆了，整条街都没水
我家停电了
老板拖欠工资两个月不发
这个红绿灯时间太短了
你好
谢谢
转人工
我的iPhone在公交车上丢了
WiFi连不上，是不是你们修路挖断了光纤
粤B12345一直堵在消防通道
住在Sunshine Garden三期，电梯又停了
外卖小哥骑电动车逆行差点撞到我
我想查一下工单20261103000123的进度
幼儿园收费合理吗
垃圾好几天没清运，臭死了
請問如何辦理居住證
這裡的路燈壞了
噪音擾民，希望有人管一下
公园里的厕所太脏
“ありがとう”是什么意思
鲜の每日这家店卖过期食品
井盖不见了，很危险
医保报销需要哪些材料
地铁什么时候开通
昨天晚上十一点多有人放鞭炮
不是，我说的是解放路
办护照要带什么
高空抛物没人管
隔壁装修从早吵到晚
我是外国人，签证快到期了怎么办
App打不开
OK，那我再等等
没有人接电话
物业不作为
桥下积水过不去车
学校门口需要装减速带""",
    "en": """hello
hi
Help me plz
ok thx
The street lamp in front of my house is broken
please help me 解放路
There is a water leak on Zhongshan Road
my landlord won't give the deposit back
I want to complain about noise
how do i renew my residence permit
no watre in my buildng sinc yestrday pls hlp
teh strret lihgt is brokn sinse tuesdy
noize nois at nite cant sleep
I lost my passport in a taxi
Where can I register my car?
complaint
Speak to a human
Can I talk to an agent please
My name is Jean Dupont
I live on Rue de la Paix
garbage has not been collected for a week
I can't find 12345 小程序
Yes
thanks a lot
The bus 101 never comes on time
Is the metro open on public holidays?
My son was bitten by a dog
someone parked in front of my garage, plate 粤B12345
What documents do I need for a work visa
nobody answers the phone
hi there, wifi in the library doesnt work
I'm at Sunshine Garden Building 3
manhole cover missing
power outage since last night
Please call me back after six
my boss has not paid me for two months
It smells like gas here
the restaurant downstairs makes so much smoke
do you speak english
your website is down""",
    "ja": """街灯が壊れています
水が出ないのですが
駅前
大丈夫です
電話番号
駅前の信号が故障
騒音の苦情です
はい
いいえ
ビザの更新はどこでできますか
住所変更の手続きを教えてください
ゴミの日はいつですか
工事の音がうるさい
日本語でお願いします
担当者に代わってください
スマホをタクシーに忘れました
AEON駐車場で車をぶつけられた
解放路に大きな穴があります
朝阳门です
停電しています
ガスの匂いがします
警察を呼んでください
アパートの大家さんが敷金を返してくれない
隣の人がうるさくて眠れません
マンホールのふたがありません
バスが来ません
東京都新宿区西新宿
もしもし
ありがとうございます
我的って何ですか
駐車場の料金が高すぎる
給料が二か月払われていません
了解です
エレベーターが止まっている
病院の予約
子どもの学校のことで相談したい
iPhone 15 Proを落とした
どうすればいいですか
中山路の交差点で事故
すみません
道路が陥没""",
    "ko": """가로등이 고장났어요
물이 안 나와요
안녕하세요
네
아니요
위챗 WeChat 앱이 안 돼요
비자 연장은 어떻게 하나요
소음 때문에 잠을 못 자겠어요
쓰레기를 며칠째 안 치워요
상담원 연결해 주세요
감사합니다
金先生이 왔어요
解放路에 큰 구멍이 있어요
정전됐어요
가스 냄새가 나요
월급을 두 달째 못 받았어요
버스가 안 와요
집주인이 보증금을 안 돌려줘요
주차 위반 신고하려고요
병원이 어디예요
엘리베이터가 멈췄어요
맨홀 뚜껑이 없어요
여권을 잃어버렸습니다
민원 접수하고 싶습니다
전화 좀 받아 주세요
ㅠㅠ 도와주세요
식당 연기가 너무 심해요
개가 아이를 물었어요
粤B12345 차가 막고 있어요
아파트 수도관이 터졌어요
신호등이 이상해요
공사 소음
사람 바꿔 주세요
언제 처리되나요
몇 시에 문을 여나요
한국어 되나요
주소가 어떻게 되세요
도로가 꺼졌어요
택시 기사가 돈을 더 받았어요
인터넷이 안 됩니다""",
    "ru": """Не горит фонарь во дворе
Нет воды
Здравствуйте
да
нет
Спасибо
Улица Jiefang Road 12, не горит свет
Соедините с оператором
Где можно продлить визу?
Соседи шумят по ночам
Мусор не вывозят неделю
Хочу пожаловаться на шум
Мой телефон iPhone украли в автобусе
Пахнет газом
Работодатель не платит зарплату
Тверская улица 5
Лифт не работает
Люк открыт, опасно
Яма на дороге
Машина 粤B12345 перекрыла выезд
Помогите
Какие документы нужны для регистрации
Когда откроют метро
Собака укусила ребёнка
Позвоните мне пожалуйста
Мы живём в Києве раньше жили, теперь здесь
Отключили электричество
Хозяин квартиры не возвращает залог
Сколько ждать
Вы говорите по-русски?
Автобус не приходит
Прорвало трубу
Адрес: 解放路 12
дым из ресторана
потерял паспорт
светофор сломан
человек
жалоба
не понял
как подать заявление""",
}

OTHERS: dict[str, str] = {
    "fr": """Bonjour, je voudrais signaler un problème
Il n'y a pas d'eau dans mon immeuble depuis hier
Je ne parle pas anglais
Le lampadaire devant chez moi est cassé
Merci
Où est-ce que je peux renouveler mon visa ?""",
    "de": """Guten Tag, bei uns ist die Straßenlaterne kaputt
Ich brauche Hilfe
Das Wasser ist seit gestern abgestellt
Wo kann ich mein Visum verlängern?
Die Nachbarn sind sehr laut und ich kann nicht schlafen
danke""",
    "es": """Hola, necesito ayuda por favor
No hay agua en mi casa desde ayer
¿Dónde puedo renovar mi visado?
La farola de la calle está rota
gracias
Quiero hacer una queja por el ruido""",
    "pt": """Bom dia, não tenho água em casa
Onde posso renovar o meu visto?
Preciso de ajuda, por favor
A rua está sem luz desde ontem
obrigado""",
    "it": """Buongiorno, non c'è acqua
Vorrei fare un reclamo per il rumore
Dove posso rinnovare il mio visto?
Ho bisogno di aiuto
grazie""",
    "vi": """Xin chào, tôi cần giúp đỡ
Nhà tôi bị mất nước từ hôm qua
Đèn đường trước nhà tôi bị hỏng
Tôi muốn gia hạn visa thì làm thế nào
Tôi không biết tiếng Anh""",
    "id": """Saya mau lapor, lampu jalan mati
Di rumah saya tidak ada air sejak kemarin
Tolong bantu saya
Bagaimana cara memperpanjang visa?
Terima kasih, saya tidak bisa bahasa Inggris""",
    "tr": """Merhaba, yardım eder misiniz
Evde su yok
Sokak lambası bozuk, lütfen yardım edin
Vize uzatmak için ne yapmam lazım
Komşular çok gürültü yapıyor""",
    "pl": """Dzień dobry, nie ma wody
Proszę o pomoc, nie działa winda
Gdzie mogę przedłużyć wizę?
Sąsiedzi bardzo hałasują w nocy
dziękuję""",
    "uk": """Добрий день, немає води
Світло не працює третій день, допоможіть
Дякую
Де можна продовжити візу?
Сусіди шумлять щоночі""",
    "bg": """Моля, помогнете, няма вода
Здравейте, имам въпрос
Лампата на улицата не работи, моля""",
    "kk": """Қайырлы күн, су жоқ
Маған көмек керек""",
    "mn": """Сайн байна уу, ус байхгүй байна
Надад тусламж хэрэгтэй, цахилгаан тасарсан""",
    "ar": """مرحبا أحتاج مساعدة
لا يوجد ماء في البيت
أين يمكنني تجديد التأشيرة""",
    "fa": "سلام، آب قطع شده، کمک کنید",
    "ur": "مجھے مدد چاہیے",
    "ug": "ياخشىمۇسىز، سۇ يوق",
    "he": """שלום, אין מים בבית
אני צריך עזרה""",
    "th": """สวัสดีครับ ไฟดับ
ไม่มีน้ำที่บ้าน""",
    "hi": """नमस्ते मुझे मदद चाहिए
घर में पानी नहीं है""",
    "el": """Γεια σας, δεν υπάρχει νερό
Χρειάζομαι βοήθεια""",
    "bo": "བཀྲ་ཤིས་བདེ་ལེགས།",
    "ka": "გამარჯობა, წყალი არ არის",
    "hy": "Բարև ձեզ, ջուր չկա",
    "my": "မင်္ဂလာပါ ရေမလာဘူး",
    "km": "សួស្តី គ្មានទឹក",
}
