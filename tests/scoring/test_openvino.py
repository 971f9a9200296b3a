"""The same exported file on OpenVINO gives the same scores as on ONNX Runtime."""

import pytest

from moderation.scoring.engines import open_bare
from moderation.scoring.importing import find_source, import_model
from moderation.scoring.onnx_rows import open_session
from moderation.scoring.parity_texts import parity_texts
from moderation.scoring.scorer import ModelUnusable
from moderation.scoring.store import ModelStore
from tests.scoring.checkpoints import make_bert


def test_openvino_and_onnx_runtime_agree_and_neither_depends_on_company(tmp_path):
    store = ModelStore(tmp_path / "models")
    import_model(find_source(str(make_bert(tmp_path / "source").checkpoint), store, name="mine"), store)
    texts = parity_texts()[::7]
    onnx, openvino = (open_bare(name, store).score(texts) for name in ("mine", "mine@openvino"))
    for one, other in zip(onnx, openvino, strict=True):
        assert one.values == pytest.approx(other.values, abs=1e-4)
    scorer = open_bare("mine@openvino", store)
    assert [scorer.score([text])[0] for text in texts[:6]] == scorer.score(texts[:6])


def test_what_is_no_network_is_refused_by_openvino():
    with pytest.raises(ModelUnusable, match="OpenVINO"):
        open_session(b"not a network", openvino=True)


def test_the_shipped_encoder_on_openvino_says_so_and_judges_much_the_same(tmp_path):
    store = ModelStore(tmp_path / "models")
    texts = parity_texts()[::5]
    onnx, openvino = (open_bare(name, store).score(texts) for name in ("embedded", "embedded@openvino"))
    assert {score.engine for score in openvino} == {"embedded@openvino"}
    for one, other in zip(onnx, openvino, strict=True):
        assert one.values == pytest.approx(other.values, abs=0.1)
        assert one.checksum == other.checksum
