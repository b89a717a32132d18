"""Publishing the demo as a Space with the real client: what lands, byte for byte, on a Hub on 127.0.0.1."""

from importlib.metadata import version

import pytest

from gan_models.core import checkpoint
from gan_models.publish import cards, publish
from tests.publish.project import PROJECT, WEIGHTS, client, front_matter, project_on_disk, space_expected  # noqa: F401

THIRD_PARTY = [
    "NimaBoscarino/aot-gan-celebahq", "Ziyobek/cyclegan-horse2zebra", "huggan/dcgan-celeba-faces",
    "huggan/pggan-celebahq-1024", "hussamalafandi/DCGAN_CelebA", "hussamalafandi/cGAN-MNIST",
    "osanseviero/BigGAN-deep-128", "tmabraham/horse2zebra_cyclegan",
]  # fmt: skip


def test_space_lands_byte_identical_with_its_variable(root, hub, api, capsys):
    hub.add("me/w", dict.fromkeys(WEIGHTS, b"x"), tags=[checkpoint.OUR_REVISION])
    args = ["space", "--repo-id", "me/demo", "--weights-repo", "me/w"]
    assert publish.main(args, api=api, root=root) == 0
    assert capsys.readouterr().out.strip() == f"{hub.url}/spaces/me/demo"
    held = hub.files("me/demo", "space")
    assert set(held) - {".gitattributes"} == space_expected()
    for name in space_expected() - {"README.md"}:
        assert held[name] == (root / name).read_bytes(), name
    facts, body = front_matter(held["README.md"])
    assert body.strip() == PROJECT["README.md"].decode().strip()
    assert facts["preload_from_hub"] == ["me/w first.safetensors,second.safetensors"]
    space = hub.repos["space", "me/demo"]
    assert space.variables == {"GAN_ATELIER_WEIGHTS_REPO": "me/w"}
    assert space.created_with["sdk"] == "gradio"


def test_space_front_matter_holds_every_key():
    facts, _ = front_matter(cards.space_card("# Readme\n", "me/w").encode())
    assert facts["title"] == "GAN Atelier"
    assert facts["emoji"] == "🎨"
    assert {facts["colorFrom"], facts["colorTo"]} <= {"red", "yellow", "green", "blue", "indigo", "purple", "pink"}
    assert (facts["sdk"], facts["sdk_version"]) == ("gradio", version("gradio"))
    assert facts["python_version"] == "3.12"
    assert (facts["app_file"], facts["license"]) == ("app.py", "apache-2.0")
    assert facts["models"] == ["me/w", *THIRD_PARTY]
    files = {entry.file for entry in cards.embedded_entries()}
    (preload,) = facts["preload_from_hub"]
    assert preload.split()[0] == "me/w"
    assert set(preload.split()[1].split(",")) == files
    assert 10 < len(facts["short_description"]) <= 60
    assert "gan" in facts["tags"]


def test_space_update_takes_old_modules_out_and_leaves_foreign_files(root, hub, api):
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 0
    hub.add("me/demo", hub.files("me/demo", "space") | {"notes.txt": b"mine"}, kind="space")
    (root / "gan_models/ui/tabs/learn/view.js").unlink()
    (root / "app.py").write_bytes(b"print('again')\n")
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 0
    held = hub.files("me/demo", "space")
    assert set(held) == space_expected() - {"gan_models/ui/tabs/learn/view.js"} | {"notes.txt", ".gitattributes"}
    assert held["app.py"] == b"print('again')\n"


def test_space_without_published_weights_preloads_nothing_and_says_so(root, hub, api, capsys):
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 0
    assert "does not hold our weights" in capsys.readouterr().out
    facts, _ = front_matter(hub.files("me/demo", "space")["README.md"])
    assert "preload_from_hub" not in facts
    assert facts["models"] == ["hussamalafandi/cGAN-MNIST"]  # the one of the small catalog
    assert hub.repos["space", "me/demo"].variables == {}


def test_space_with_a_weights_repository_that_lacks_them_is_not_pushed(root, hub, api, capsys):
    hub.add("me/w", {"first.safetensors": b"x"}, tags=[checkpoint.OUR_REVISION])
    assert publish.main(["space", "--repo-id", "me/d", "--weights-repo", "me/w"], api=api, root=root) == 1
    assert "weights --repo-id me/w` first" in capsys.readouterr().err
    assert ("space", "me/d") not in hub.repos


@pytest.mark.parametrize("name", ["app.py", "requirements.txt", "LICENSE", "README.md"])
def test_space_needs_every_part_of_the_project(root, hub, api, capsys, name):
    (root / name).unlink()
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 1
    assert capsys.readouterr().err.startswith(f"{name} is missing from {root}")
    assert hub.requests == []
