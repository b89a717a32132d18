"""Faces from a zip, and the real training scripts on a few of them."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from gan_models.classifiers.train_faces import accuracies, known_loss
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.celeba import ATTRIBUTES, flip_half, load_faces, to_signed

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.slow
def test_the_scripts_train_save_and_resume(faces_zip, tmp_path):
    eyes = tmp_path / "eyes.safetensors"
    save_file({k: v for k, v in SqueezeNetFeatures().state_dict().items() if k.startswith("features")}, eyes)
    out = tmp_path / "out"

    def run(module: str, *options) -> str:
        command = [sys.executable, "-m", f"gan_models.{module}", "--data", faces_zip, "--out", out,
                   "--minutes", "0.05", "--device", "cpu", "--batch", "8", *options]  # fmt: skip
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=200).stdout

    ours = ("--features", eyes, "--save-every", "2", "--first-act", "0.3", "--look-first", "2")
    assert "autoencoder" in run("dcgan.train", *ours)
    names = {p.name for p in out.iterdir()}
    assert {"faces_generator.safetensors", "faces_critic.safetensors", "faces_state.safetensors"} <= names
    assert "generator" in run("dcgan.train", *ours, "--resume", out / "faces_state.safetensors")
    assert "critics" in run("dcgan.train", *ours, "--resume", out)
    assert "critic" in run("dcgan.train", "--recipe", "plain", "--save-every", "3")
    assert "accuracy on 8 real test faces" in run("classifiers.train_faces", "--epochs", "1")
    assert (out / "face_judge.safetensors").is_file()
