"""Faces from a zip, and the real training scripts on a few of them."""

import io
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from gan_models.classifiers import train_faces
from gan_models.classifiers.train_faces import accuracies, known_loss
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.celeba import ATTRIBUTES, flip_half, load_faces, to_signed
from gan_models.dcgan import train as dcgan
from tests.training.resuming import resumes_exactly


@pytest.fixture
def faces_zip(tmp_path):
    """40 pictures to train and 8 to test, in the layout of the real file: brightness grows with the number."""
    path = tmp_path / "celeba64.zip"
    with zipfile.ZipFile(path, "w") as files:
        lines = ["file,source,smiling,male,eyeglasses,bangs,no_beard,young"]
        for k in range(48):
            name = f"{'train' if k < 40 else 'test'}/{k:06d}.webp"
            buffer = io.BytesIO()
            noise = np.random.default_rng(k).integers(0, 40, (64, 64, 3))
            Image.fromarray((noise + 4 * k).astype(np.uint8)).save(buffer, "WEBP", lossless=True)
            files.writestr(name, buffer.getvalue())
            lines.append(f"{name},178x218,{k % 2},1,0,,1,0")
        files.writestr("index.csv", "\n".join(lines))
    return path


def test_pictures_and_attributes(faces_zip):
    faces, labels = load_faces(faces_zip.parent, "train")
    assert (faces.shape, faces.dtype) == ((40, 3, 64, 64), torch.uint8)
    assert faces[30].float().mean() > faces[3].float().mean() + 50
    named = dict(zip(ATTRIBUTES, labels[3].tolist(), strict=True))
    assert (named["smiling"], named["male"], named["beard"]) == (1, 1, 0)
    assert labels[:, ATTRIBUTES.index("bangs")].isnan().all()
    assert len(load_faces(faces_zip, "test")[0]) == 8
    signed = to_signed(faces)
    assert -1 <= signed.min() < signed.max() <= 1


def test_a_missing_file_says_what_to_give(tmp_path):
    with pytest.raises(FileNotFoundError, match="--data"):
        load_faces(tmp_path, "train")


def test_flipping_mirrors_some_and_keeps_the_rest():
    torch.manual_seed(0)
    pages = torch.arange(4.0).expand(200, 3, 4, 4)
    flipped = flip_half(pages)[:, 0, 0, 0]
    assert set(flipped.tolist()) == {0.0, 3.0}
    assert 60 < (flipped == 3).sum() < 140


def test_what_nobody_labelled_costs_nothing():
    logits = torch.tensor([[2.0, 50.0]])
    labels = torch.tensor([[1.0, float("nan")]])
    assert known_loss(logits, labels, smoothing=0).item() == pytest.approx(np.log1p(np.exp(-2.0)), rel=1e-5)

    def classifier(images):
        return torch.tensor([[1.0, 1.0], [1.0, -1.0]])

    shares = accuracies(classifier, torch.zeros(2, 3, 64, 64), torch.tensor([[1.0, float("nan")], [0.0, 0.0]]))
    assert shares.tolist() == [0.5, 1.0]


@pytest.fixture
def options(faces_zip, tmp_path):
    """What all scripts are told: the pictures, an untrained SqueezeNet, little to do."""
    weights = tmp_path / "squeezenet.safetensors"
    save_file({k: v for k, v in SqueezeNetFeatures().state_dict().items() if k.startswith("features")}, weights)
    return {"--data": faces_zip, "--batch": 8}, {"--features": weights, "--look-first": 1}


def words(*options: dict) -> list[str]:
    return [str(word) for each in options for pair in each.items() for word in pair]


@pytest.mark.slow
@pytest.mark.parametrize("first_act", [0, 0.5], ids=["game", "both acts"])
def test_the_face_gan_resumes_exactly(options, tmp_path, first_act):
    assert resumes_exactly(dcgan.main, tmp_path, "faces", *words(*options), "--first-act", first_act)


@pytest.mark.slow
def test_the_face_gan_goes_on_from_weights_and_from_older_states(options, tmp_path, capsys):
    rest = [*words(*options), "--out", str(tmp_path / "out"), "--device", "cpu"]
    first = dcgan.main([*rest, "--steps", "2", "--first-act", "0.5"])
    assert first.seen["played"] == 1
    said = capsys.readouterr().out
    assert "discriminators " in said and "diversity " in said
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"faces_generator.safetensors", "faces_critic.safetensors", "faces_state.safetensors"} <= names
    shipped = dcgan.main([*rest, "--steps", "1", "--resume", str(tmp_path / "out")])
    assert shipped.seen["played"] == 1 and not shipped.optimisers["optimise_a"].state
    old = load_file(tmp_path / "out" / "faces_state.safetensors")
    old = {k: v for k, v in old.items() if k.split(".")[0] not in ("random", "encoder", "optimise_a")}
    save_file(old, tmp_path / "old.safetensors")
    resumed = dcgan.main([*rest, "--steps", "1", "--first-act", "1", "--resume", str(tmp_path / "old.safetensors")])
    assert resumed.seen["played"] == 2, "the first act does not come back"


@pytest.mark.slow
def test_the_plain_recipe_and_the_classifier_resume_exactly(options, tmp_path, capsys):
    assert resumes_exactly(dcgan.main, tmp_path, "plain", *words(*options), "--recipe", "plain", "--processor-time")
    assert resumes_exactly(train_faces.main, tmp_path, "face_classifier", *words(options[0]))
    assert "accuracy on 8 real test faces: smiling" in capsys.readouterr().out
    assert (tmp_path / "broken" / "face_judge.safetensors").is_file()
