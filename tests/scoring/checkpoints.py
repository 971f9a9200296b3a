"""Small checkpoints in Detoxify's own format, made on the spot: random weights, real shapes."""

import json
from dataclasses import dataclass
from pathlib import Path

TOXIC = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
UNBIASED = ("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit")
UNBIASED_HEAD = 16
LINES = (
    "you are a stupid fool and nobody likes you",
    "what a lovely article about the new library in town",
    "the minister should resign and the mayor too",
    "I will find you, I know where you live",
)


@dataclass(frozen=True)
class Made:
    """Where a checkpoint and its configuration lie."""

    checkpoint: Path
    folder: Path
    classes: tuple[str, ...]


def make_bert(folder: Path, *, model_type: str = "", seed: int = 0) -> Made:
    """The `original` shape: BERT, word pieces, six labels under their old names."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    folder.mkdir(parents=True, exist_ok=True)
    letters = [chr(code) for code in range(ord("!"), ord("~") + 1) if not chr(code).isupper()]
    words = sorted({word.strip(",").lower() for line in LINES for word in line.split()} - set(letters))
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *(f"##{letter}" for letter in letters),
        *words,
    ]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 64})
    )
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=len(TOXIC),
    )
    torch.manual_seed(seed)
    model = BertForSequenceClassification(config)
    _spread(model, torch)
    return _save(
        folder, model, "BertForSequenceClassification", "BertTokenizer", TOXIC, model_type or "bert-base-uncased"
    )


def make_roberta(folder: Path, *, model_type: str = "", seed: int = 0) -> Made:
    """The `unbiased` shape: RoBERTa, byte pairs, a head of 16 of which seven have a name."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import RobertaConfig, RobertaForSequenceClassification

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        LINES * 3, vocab_size=400, min_frequency=1, special_tokens=special, show_progress=False
    )
    tokenizer.save_model(str(folder))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "RobertaTokenizer", "model_max_length": 62})
    )
    config = RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=UNBIASED_HEAD,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    torch.manual_seed(seed)
    model = RobertaForSequenceClassification(config)
    _spread(model, torch)
    return _save(
        folder, model, "RobertaForSequenceClassification", "RobertaTokenizer", UNBIASED, model_type or "roberta-base"
    )


def _spread(model: object, torch: object) -> None:
    """Larger weights, so that scores differ from text to text."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "weight" in name and "LayerNorm" not in name:
                weight.mul_(12)


def _save(folder, model, model_name, tokenizer_name, classes, model_type) -> Made:
    import torch

    model.config.to_json_file(folder / "config.json")
    state = model.state_dict()
    if "roberta" in model_name.lower() or "bert" in model_name.lower():
        prefix = model_name.split("For")[0].lower()
        state[f"{prefix}.embeddings.position_ids"] = torch.arange(64).unsqueeze(0)
    checkpoint = {
        "state_dict": state,
        "config": {
            "arch": {
                "type": "PRETRAINED",
                "args": {
                    "num_classes": model.config.num_labels,
                    "model_type": model_type,
                    "model_name": model_name,
                    "tokenizer_name": tokenizer_name,
                },
            },
            "dataset": {"args": {"classes": list(classes)}},
        },
    }
    path = folder / "model.ckpt"
    torch.save(checkpoint, path)
    return Made(path, folder, classes)
