"""Time phrases and what they mean on Wednesday, 25 November 2026, 15:30 in Shanghai; written for these tests.

Each line: text | the phrase in it (= for all of it) | ISO 8601 without zone | precision | `future` or `lasting`.
"""

PHRASES: dict[str, str] = {
    "zh": """昨天晚上十一点多 | = | 2026-11-24T23:00 | hour
今天 | = | 2026-11-25 | day
前天上午 | = | 2026-11-23T06:00 | part_of_day
大前天 | = | 2026-11-22 | day
今早 | = | 2026-11-25T06:00 | part_of_day
昨晚 | = | 2026-11-24T18:00 | part_of_day
刚才 | = | 2026-11-25T15:30 | minute
上周三 | = | 2026-11-18 | day
三天前 | = | 2026-11-22 | day
这周 | = | 2026-11-23 | week
本月3号 | = | 2026-11-03 | day
11月3日 | = | 2026-11-03 | day
3号 | = | 2026-11-03 | day
2026-11-03 | = | 2026-11-03 | day
11/3 | = | 2026-11-03 | day
晚上八点半 | = | 2026-11-25T20:30 | minute | future
8:30 | = | 2026-11-25T08:30 | minute
昨晚12点 | = | 2026-11-25T00:00 | hour
昨晚两点 | = | 2026-11-25T02:00 | hour
凌晨两点 | = | 2026-11-25T02:00 | hour
三天了 | = | 2026-11-22 | day | lasting
停水三天了 | 三天了 | 2026-11-22 | day | lasting
一个星期 | = | 2026-11-18 | day | lasting
已经两个多月没人管 | 两个多月 | 2026-09-25 | day | lasting
半个月了 | = | 2026-11-10 | day | lasting
从周一开始 | = | 2026-11-23 | day | lasting
从昨天下午开始一直停电 | 从昨天下午开始 | 2026-11-24T12:00 | part_of_day | lasting
去年12月28日 | = | 2025-12-28 | day
明天下午三点 | = | 2026-11-26T15:00 | hour | future
2026年11月3日晚上8点20分 | = | 2026-11-03T20:20 | minute
路灯坏了，11月3号晚上大概八点左右 | 11月3号晚上大概八点左右 | 2026-11-03T20:00 | hour
两三天了 | = | 2026-11-22 | day | lasting
一个半小时前 | = | 2026-11-25T14:00 | minute
半小时前 | = | 2026-11-25T15:00 | minute
上个月15号 | = | 2026-10-15 | day
周三 | = | 2026-11-25 | day
8点，昨天 | = | 2026-11-24T08:00 | hour
十二月三十号 | = | 2026-12-30 | day | future
12月30日 | = | 2026-12-30 | day | future
今天夜里两点 | = | 2026-11-25T02:00 | hour
下周三 | = | 2026-12-02 | day | future
一年多了 | = | 2025-11-25 | day | lasting
三天后 | = | 2026-11-28 | day | future
六月份 | = | 2026-06-01 | month
二十三号上午9点一刻 | = | 2026-11-23T09:15 | minute
星期天早上6点 | = | 2026-11-22T06:00 | hour
后天 | = | 2026-11-27 | day | future
大后天 | = | 2026-11-28 | day | future
今晚八点 | = | 2026-11-25T20:00 | hour | future
前年 | = | 2024-01-01 | year
8点20分 | = | 2026-11-25T08:20 | minute
早上七点到现在 | = | 2026-11-25T07:00 | hour | lasting
好像是昨天下午三点钟吧 | 昨天下午三点钟 | 2026-11-24T15:00 | hour
１１月３日 | = | 2026-11-03 | day""",
    "en": """yesterday evening around 8 | = | 2026-11-24T20:00 | hour
today | = | 2026-11-25 | day
yesterday | = | 2026-11-24 | day
last night | = | 2026-11-24T18:00 | part_of_day
two days ago | = | 2026-11-23 | day
last Tuesday | = | 2026-11-24 | day
this morning | = | 2026-11-25T06:00 | part_of_day
since Monday | = | 2026-11-23 | day | lasting
Nov 3 | = | 2026-11-03 | day
3rd of November | = | 2026-11-03 | day
November 3rd, 2026 | = | 2026-11-03 | day
2026-11-03 | = | 2026-11-03 | day
03.11.2026 | = | 2026-11-03 | day
11/3 | = | 2026-11-03 | day
8:30 | = | 2026-11-25T08:30 | minute
8pm | = | 2026-11-25T20:00 | hour | future
half past eight | = | 2026-11-25T08:30 | minute
quarter to nine in the evening | = | 2026-11-25T20:45 | minute | future
the lamp has been broken for three days | for three days | 2026-11-22 | day | lasting
for about two hours | = | 2026-11-25T13:30 | hour | lasting
since last week | = | 2026-11-16 | week | lasting
the day before yesterday | = | 2026-11-23 | day
an hour ago | = | 2026-11-25T14:30 | hour
half an hour ago | = | 2026-11-25T15:00 | minute
just now | = | 2026-11-25T15:30 | minute
last month | = | 2026-10-01 | month
on Friday at 10 am | = | 2026-11-20T10:00 | hour
at around 10 last night | = | 2026-11-24T22:00 | hour
3 days now | = | 2026-11-22 | day | lasting
tomorrow at 3 pm | = | 2026-11-26T15:00 | hour | future
the past two weeks | = | 2026-11-11 | day | lasting
at noon yesterday | = | 2026-11-24T12:00 | hour
at midnight | = | 2026-11-25T00:00 | hour
on the 3rd | = | 2026-11-03 | day
eight thirty pm | = | 2026-11-25T20:30 | minute | future
8 o'clock yesterday morning | = | 2026-11-24T08:00 | hour
a week ago | = | 2026-11-18 | day
in three days | = | 2026-11-28 | day | future
yesterday, I think about nine in the evening | = | 2026-11-24T21:00 | hour
last night at 2 | = | 2026-11-25T02:00 | hour
since yesterday afternoon | = | 2026-11-24T12:00 | part_of_day | lasting
two weeks already | = | 2026-11-11 | day | lasting
this week | = | 2026-11-23 | week
last year | = | 2025-01-01 | year
over two months | = | 2026-09-25 | day | lasting
three and a half hours ago | = | 2026-11-25T12:00 | minute
tomorrow morning | = | 2026-11-26T06:00 | part_of_day | future
in October | = | 2026-10-01 | month""",
    "ja": """昨日の午後8時半ごろ | = | 2026-11-24T20:30 | minute
今日 | = | 2026-11-25 | day
おととい | = | 2026-11-23 | day
先週の金曜日 | = | 2026-11-20 | day
さっき | = | 2026-11-25T15:30 | minute
三日前 | = | 2026-11-22 | day
3日間 | = | 2026-11-22 | day | lasting
三日間も止まっています | 三日間 | 2026-11-22 | day | lasting
11月3日 | = | 2026-11-03 | day
11月3日の夜8時 | = | 2026-11-03T20:00 | hour
3日 | = | 2026-11-03 | day
令和8年11月3日 | = | 2026-11-03 | day
月曜から | = | 2026-11-23 | day | lasting
昨夜11時過ぎ | = | 2026-11-24T23:00 | hour
今朝 | = | 2026-11-25T06:00 | part_of_day
2時間前 | = | 2026-11-25T13:30 | hour
30分前 | = | 2026-11-25T15:00 | minute
先月 | = | 2026-10-01 | month
午後八時半 | = | 2026-11-25T20:30 | minute | future
昨日の夜中の2時 | = | 2026-11-25T02:00 | hour
二日前から | = | 2026-11-23 | day | lasting
1週間ほど | = | 2026-11-18 | day | lasting
一か月前 | = | 2026-10-25 | month
明日の午前9時 | = | 2026-11-26T09:00 | hour | future
昨晩 | = | 2026-11-24T18:00 | part_of_day
夜8時 | = | 2026-11-25T20:00 | hour | future
朝7時から工事の音 | 朝7時から | 2026-11-25T07:00 | hour | lasting
半年前 | = | 2026-05-25 | month
昨日から水が出ません | 昨日から | 2026-11-24 | day | lasting
3日ほど前 | = | 2026-11-22 | day
金曜 | = | 2026-11-20 | day
去年の12月 | = | 2025-12-01 | month
20:30 | = | 2026-11-25T20:30 | minute | future
2026/11/03 20:30 | = | 2026-11-03T20:30 | minute
正午 | = | 2026-11-25T12:00 | hour
昨日、たぶん8時ごろです | 昨日、たぶん8時ごろ | 2026-11-24T08:00 | hour
前の火曜日 | = | 2026-11-24 | day
3時間も待った | 3時間も | 2026-11-25T12:30 | hour | lasting
あさって | = | 2026-11-27 | day | future
来週の月曜日 | = | 2026-11-30 | day | future
11月3日午前10時15分 | = | 2026-11-03T10:15 | minute
去年 | = | 2025-01-01 | year""",
    "ko": """어제 오후 여덟 시 반쯤 | = | 2026-11-24T20:30 | minute
오늘 | = | 2026-11-25 | day
그저께 | = | 2026-11-23 | day
어젯밤 | = | 2026-11-24T18:00 | part_of_day
지난주 금요일 | = | 2026-11-20 | day
방금 | = | 2026-11-25T15:30 | minute
사흘째 | = | 2026-11-22 | day | lasting
3일 전 | = | 2026-11-22 | day
삼 일 전 | = | 2026-11-22 | day
11월 3일 | = | 2026-11-03 | day
십일월 삼일 | = | 2026-11-03 | day
유월 이십오일 | = | 2026-06-25 | day
오후 8시 30분 | = | 2026-11-25T20:30 | minute | future
오전 9시 | = | 2026-11-25T09:00 | hour
3일째 물이 안 나와요 | 3일째 | 2026-11-22 | day | lasting
월요일부터 | = | 2026-11-23 | day | lasting
일주일째 | = | 2026-11-18 | day | lasting
두 시간 전 | = | 2026-11-25T13:30 | hour
30분 전에 | = | 2026-11-25T15:00 | minute
지난달 | = | 2026-10-01 | month
밤 11시 | = | 2026-11-25T23:00 | hour | future
새벽 2시 | = | 2026-11-25T02:00 | hour
내일 오후 세 시 | = | 2026-11-26T15:00 | hour | future
2026년 11월 3일 | = | 2026-11-03 | day
어제부터 | = | 2026-11-24 | day | lasting
이틀 동안 | = | 2026-11-23 | day | lasting
2주 전 | = | 2026-11-11 | day
한 달 전 | = | 2026-10-25 | month
저녁 여덟 시 | = | 2026-11-25T20:00 | hour | future
지난 화요일 | = | 2026-11-24 | day
이번 주 | = | 2026-11-23 | week
아까 | = | 2026-11-25T15:30 | minute
정오 | = | 2026-11-25T12:00 | hour
8시 반 | = | 2026-11-25T08:30 | minute
어제 저녁 8시쯤 | = | 2026-11-24T20:00 | hour
세 시간째 기다렸어요 | 세 시간째 | 2026-11-25T12:30 | hour | lasting
일 년 전 | = | 2025-11-25 | year
어제 한 9시쯤요 | 어제 한 9시쯤 | 2026-11-24T09:00 | hour
사흘 전 | = | 2026-11-22 | day
작년 12월 | = | 2025-12-01 | month
모레 | = | 2026-11-27 | day | future
다음 주 월요일 | = | 2026-11-30 | day | future
어제 오전 10시 15분 | = | 2026-11-24T10:15 | minute
보름째 | = | 2026-11-10 | day | lasting""",
    "ru": """вчера около 8 вечера | = | 2026-11-24T20:00 | hour
вчера вечером | = | 2026-11-24T18:00 | part_of_day
позавчера | = | 2026-11-23 | day
в прошлую пятницу | = | 2026-11-20 | day
три дня назад | = | 2026-11-22 | day
только что | = | 2026-11-25T15:30 | minute
3 ноября | = | 2026-11-03 | day
3 ноября 2026 года | = | 2026-11-03 | day
03.11.2026 | = | 2026-11-03 | day
03.11 | = | 2026-11-03 | day
третьего ноября | = | 2026-11-03 | day
в восемь вечера | = | 2026-11-25T20:00 | hour | future
в 20.30 | = | 2026-11-25T20:30 | minute | future
20:30 | = | 2026-11-25T20:30 | minute | future
уже неделю | = | 2026-11-18 | day | lasting
с понедельника | = | 2026-11-23 | day | lasting
уже три дня нет воды | уже три дня | 2026-11-22 | day | lasting
в половине девятого | = | 2026-11-25T08:30 | minute
полдевятого утра | = | 2026-11-25T08:30 | minute
без четверти девять | = | 2026-11-25T08:45 | minute
без пяти восемь вечера | = | 2026-11-25T19:55 | minute | future
сегодня утром | = | 2026-11-25T06:00 | part_of_day
сегодня | = | 2026-11-25 | day
на прошлой неделе | = | 2026-11-16 | week
месяц назад | = | 2026-10-25 | month
в прошлом месяце | = | 2026-10-01 | month
завтра в 3 часа дня | = | 2026-11-26T15:00 | hour | future
вчера в 2 часа ночи | = | 2026-11-24T02:00 | hour
третий день | = | 2026-11-22 | day | lasting
вторую неделю | = | 2026-11-11 | day | lasting
с прошлой недели | = | 2026-11-16 | week
два часа назад | = | 2026-11-25T13:30 | hour
полчаса назад | = | 2026-11-25T15:00 | minute
в полночь | = | 2026-11-25T00:00 | hour
в час ночи | = | 2026-11-25T01:00 | hour
вчера в 23:15 | = | 2026-11-24T23:15 | minute
в понедельник утром | = | 2026-11-23T06:00 | part_of_day
3-го числа | = | 2026-11-03 | day
прошлой ночью | = | 2026-11-24T18:00 | part_of_day
со вчерашнего дня | = | 2026-11-24 | day | lasting
в течение трёх дней | = | 2026-11-22 | day | lasting
неделю назад | = | 2026-11-18 | day
в декабре | = | 2025-12-01 | month
в среду в десять утра | = | 2026-11-25T10:00 | hour
со вторника | = | 2026-11-24 | day | lasting
через два дня | = | 2026-11-27 | day | future
двадцать пятого ноября в семь вечера | = | 2026-11-25T19:00 | hour | future
послезавтра | = | 2026-11-27 | day | future
в следующий понедельник | = | 2026-11-30 | day | future
вчера днём | = | 2026-11-24T12:00 | part_of_day
в октябре | = | 2026-10-01 | month
год назад | = | 2025-11-25 | year""",
}

# Texts in which no time is to be found, although numbers and words of time are in them.
NO_TIMES: dict[str, str] = {
    "zh": """2月31日
2026年13月1日
解放路3号
3号楼
20号线地铁
我有两点建议
有一点吵
快一点处理
第三天
三天内
每三天一次
从早到晚
一百二十三
四季花园5期
25点
3个人
24小时营业
一天一次
防火规范5.5.30条""",
    "en": """31 February
Feb 31
at 8 Jiefang Road
I may go
24/7
the 5th Ward
march on
3 people
in the morning
version 2.0
at 25
he is second to none""",
    "ja": """2月31日
日本語でお願いします
三人で
25時
朝食
一丁目3番地
時間がない""",
    "ko": """2월 31일
이 일이 생겼어요
3층 시설
두 사람
시간이 없어요
25시
일이 많아요""",
    "ru": """31 февраля
в 8 доме
три человека
в 25 квартире
времени нет
с соседями
дом 13/1
версия 2.0""",
}
