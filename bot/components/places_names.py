"""Places and persons' names in a message, by one conditional random field a language.

Chinese, Japanese and Korean are tagged character by character, since their names and places end inside what a
tokenizer takes for a word (해방로에서, 中山路です); English and Russian word by word. Features are the neighbourhood,
its pairs and triples, and small lists of surnames and of what places end in. Other entities are found by their
grammar (`bot.components.patterns`), not here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Text, Tuple

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

LEARNED = ("location", "person_name")
BY_CHARACTER = ("zh", "ja", "ko")
PLAIN_SHARE = 3
"""One in so many examples without any place or name is learned from as well."""
ENDS = {
    "zh": "路街道巷号弄栋楼室区县市镇乡村站桥园场院店校城厦里门口苑庄坊湾港库",
    "ja": "路街道号棟階区県市町村駅橋園場院店校城門口前里",
    "ko": "로길동호구시군읍면리역교원장점층앞문",
}
SURNAMES = {
    "zh": (
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
        "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    ),
    "ja": "佐鈴高田中伊渡山小加吉木井松林清斎藤村本石川上原池橋野",
    "ko": (
        "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류진지엄채원천방공현함"
        "변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국"
    ),
}
_WORD = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]", re.UNICODE)
Unit = Tuple[Text, int, int]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PlaceNameExtractor(GraphComponent, EntityExtractorMixin):
    """Adds `location` and `person_name` entities; the value is the surface."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`max_iterations`: of training; `c1`, `c2`: weights of the L1 and L2 penalties."""
        return {"max_iterations": 90, "c1": 0.05, "c2": 0.02}

    def __init__(
        self,
        config: Dict[Text, Any],
        storage: ModelStorage,
        resource: Resource,
        taggers: Optional[Dict[Text, Any]] = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._taggers = taggers or {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlaceNameExtractor:
        """Gives an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits one tagger a language on the annotated examples and a share of the others."""
        from sklearn_crfsuite import CRF

        by_language: Dict[Text, List[Message]] = {}
        for number, example in enumerate(training_data.nlu_examples):
            annotated = any(entity["entity"] in LEARNED for entity in example.get(ENTITIES) or [])
            if annotated or number % PLAIN_SHARE == 0:
                by_language.setdefault(example.get("language") or "en", []).append(example)
        for language, examples in sorted(by_language.items()):
            tagger = CRF(
                algorithm="lbfgs",
                c1=self._config["c1"],
                c2=self._config["c2"],
                max_iterations=self._config["max_iterations"],
                all_possible_transitions=True,
            )
            cut = [units(example.get(TEXT), language) for example in examples]
            tags = [_tags(parts, example.get(ENTITIES) or []) for parts, example in zip(cut, examples, strict=True)]
            self._taggers[language] = tagger.fit([features(parts, language) for parts in cut], tags)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._taggers, Path(folder) / "taggers.joblib")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PlaceNameExtractor:
        """Gives the trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(Path(folder) / "taggers.joblib"))

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the entities of each message."""
        for message in messages:
            text, language = message.get(TEXT) or "", message.get("language") or "en"
            tagger, parts = self._taggers.get(language), units(text, language)
            found: List[Dict[Text, Any]] = []
            if tagger is not None and parts:
                found = _spans(text, parts, tagger.predict_single(features(parts, language)))
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
        return messages


def units(text: Text, language: Text) -> List[Unit]:
    """Cuts a text into what is tagged: characters or words, with their places."""
    if language in BY_CHARACTER:
        return [(character, at, at + 1) for at, character in enumerate(text) if not character.isspace()]
    return [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


def features(parts: Sequence[Unit], language: Text) -> List[List[Text]]:
    """Gives each unit's features: itself, its neighbourhood, pairs, triples, shape and the small lists."""
    plain = [_folded(part[0]) for part in parts]
    padded = ["<<", "<", *plain, ">", ">>"]
    shapes = ["<<", "<", *(_shape(part[0]) for part in parts), ">", ">>"]
    ends, surnames = ENDS.get(language, ""), SURNAMES.get(language, "")
    rows = []
    for at in range(len(parts)):
        here = at + 2
        row = [f"{offset}={padded[here + offset]}" for offset in (-2, -1, 0, 1, 2)]
        row += [f"s{offset}={shapes[here + offset]}" for offset in (-1, 0, 1)]
        row += [f"p{offset}={padded[here + offset]}|{padded[here + offset + 1]}" for offset in (-2, -1, 0, 1)]
        row += [f"t{offset}={'|'.join(padded[here + offset : here + offset + 3])}" for offset in (-2, -1, 0)]
        if language in BY_CHARACTER:
            row += [f"b{offset}" for offset in (0, 1, 2) if _apart(parts, at + offset)]
            row += [f"e{offset}" for offset in (0, 1, 2) if padded[here + offset] in ends]
            row += [f"n{offset}" for offset in (-2, -1, 0) if padded[here + offset] in surnames]
        else:
            word = plain[at]
            row += [f"a={word[:3]}", f"z={word[-3:]}", f"y={word[-2:]}", f"zp={padded[here - 1][-3:]}"]
        rows.append(row)
    return rows


def _apart(parts: Sequence[Unit], at: int) -> bool:
    """Says whether a space stands before the unit; Korean words begin there."""
    return 0 < at < len(parts) and parts[at][1] > parts[at - 1][2]


def _folded(part: Text) -> Text:
    return "".join("0" if character.isdigit() else character for character in part.lower())


def _shape(part: Text) -> Text:
    if part.isdigit():
        return "d"
    first = part[0]
    if "぀" <= first <= "ヿ":
        return "hira" if first <= "ゟ" else "kata"
    if "가" <= first <= "힣":
        return "hangul"
    if first >= "一":
        return "han"
    return ("A" if part.isupper() else "Aa" if first.isupper() else "a") if first.isalpha() else first


def _tags(parts: Sequence[Unit], entities: Sequence[Dict[Text, Any]]) -> List[Text]:
    tags = ["O"] * len(parts)
    for entity in entities:
        if entity["entity"] not in LEARNED:
            continue
        inside = [at for at, (_, start, end) in enumerate(parts) if start >= entity["start"] and end <= entity["end"]]
        for position, at in enumerate(inside):
            tags[at] = ("B-" if position == 0 else "I-") + entity["entity"]
    return tags


def _spans(text: Text, parts: Sequence[Unit], tags: Sequence[Text]) -> List[Dict[Text, Any]]:
    found: List[Dict[Text, Any]] = []
    for (_, start, end), tag in zip(parts, tags, strict=True):
        kind = tag[2:]
        if (
            tag.startswith("I-")
            and found
            and found[-1]["entity"] == kind
            and not text[found[-1]["end"] : start].strip()
        ):
            found[-1]["end"] = end
        elif tag != "O":
            found.append({"entity": kind, "start": start, "end": end})
    for entity in found:
        entity["value"] = text[entity["start"] : entity["end"]]
    return found
