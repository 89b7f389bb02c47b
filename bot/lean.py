"""Starts Rasa 3.6 without TensorFlow: `python -m bot.lean train|shell|run ... <rasa's own arguments>`.

Rasa imports TensorFlow through six components and two helpers whether a pipeline names them or not. `install()` puts
small stand-ins under those module names before Rasa is imported; it refuses to run after that. A pipeline that really
names one of these components gets a clear error. See docs/adr/0002-lean-rasa.md for what this saves.
"""

from __future__ import annotations

import os
import sys
import types
from typing import Any

_COMPONENTS = {
    "rasa.nlu.classifiers.diet_classifier": ["DIETClassifier"],
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ["ConveRTFeaturizer"],
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ["LanguageModelFeaturizer"],
    "rasa.nlu.selectors.response_selector": ["ResponseSelector"],
    "rasa.core.policies.ted_policy": ["TEDPolicy"],
    "rasa.core.policies.unexpected_intent_policy": ["UnexpecTEDIntentPolicy"],
}
_HELPERS = {
    "rasa.utils.tensorflow.callback": ["RasaTrainingLogger", "RasaModelCheckpoint"],
    "rasa.utils.tensorflow.data_generator": ["RasaBatchDataGenerator", "RasaDataGenerator"],
}


class TensorFlowAbsent(RuntimeError):
    """This bot is installed without TensorFlow: choose a component that does not need it."""


def install() -> None:
    """Puts the stand-ins in place; does nothing when they already are.

    Raises:
        TensorFlowAbsent: Rasa was imported before, so its own modules are already loaded.
    """
    # Read by libraries when they load: the sentence encoder's OpenMP threads would wait for each other by spinning
    # (12 ms a text became 75 to 280 ms on two busy cores); linear algebra keeps all cores.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count() or 1))
    for module_name, class_names in {**_COMPONENTS, **_HELPERS}.items():
        present = sys.modules.get(module_name)
        if present is not None:
            if getattr(present, "stand_in", False):
                continue
            raise TensorFlowAbsent(f"{module_name} is already imported; call bot.lean.install() before importing Rasa")
        module = types.ModuleType(module_name)
        module.__dict__["stand_in"] = True
        for class_name in class_names:
            setattr(module, class_name, _absent(module_name, class_name))
        sys.modules[module_name] = module


def _absent(module_name: str, class_name: str) -> type:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        raise TensorFlowAbsent(f"{class_name} needs TensorFlow; this bot is installed without it")

    return type(class_name, (), {"__init__": refuse, "__module__": module_name})


def main() -> None:
    """Runs Rasa's own command line on the lean installation."""
    install()
    from bot import hot_loading, hot_spots

    hot_spots.apply()
    hot_loading.apply()
    sys.argv[0] = "rasa"
    import rasa.__main__

    rasa.__main__.main()


if __name__ == "__main__":
    main()
