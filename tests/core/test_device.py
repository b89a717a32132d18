"""Devices without memory, and GPUs that are only lent."""

import pickle
import threading
import time

import pytest
import torch
from torch import nn

from gan_models.core import device
from gan_models.core.device import compute, on_cpu, out_of_memory
from gan_models.dcgan.networks import DCGANGenerator
from gan_models.ui.model_pool import ModelPool

GPU = torch.device("meta")  # stands for a GPU: tensors can be sent there, and what is in them cannot be used


def full(module: nn.Module, inputs: tuple) -> None:
    """A hook that makes a network find no memory on its device."""
    if inputs[0].device == GPU:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")


# A device without memory


def test_a_call_that_finds_no_memory_is_computed_on_the_cpu():
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).eval()
    x = torch.randn(5, 3)
    expected = network(x)
    network.register_forward_pre_hook(full)
    with pytest.warns(UserWarning, match="no memory left on meta; this call is computed on the CPU"):
        assert torch.equal(compute(network, GPU, x), expected)


def test_other_errors_and_a_full_cpu_are_not_hidden():
    network = nn.Linear(3, 4)
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        compute(network, torch.device("cpu"), torch.randn(5, 7))
    network.register_forward_pre_hook(lambda *_: (_ for _ in ()).throw(torch.OutOfMemoryError("no memory at all")))
    with pytest.raises(torch.OutOfMemoryError):
        compute(network, torch.device("cpu"), torch.randn(5, 3))


def test_lock_is_free_again_after_a_failure():
    lock = threading.Lock()
    with pytest.raises(RuntimeError):
        compute(nn.Linear(3, 4), torch.device("cpu"), torch.randn(5, 7), busy=lock)
    assert lock.acquire(blocking=False)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (RuntimeError("shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_every_devices_way_to_say_it(error, expected):
    assert out_of_memory(error) is expected


def test_copy_on_the_cpu_is_equal_and_separate():
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).eval()
    twin = on_cpu(network)
    x = torch.randn(2, 3)
    assert torch.equal(twin(x), network(x))
    assert twin[0] is not network[0]
    assert not any(p.requires_grad for p in twin.parameters())


def on_a_full_gpu(pipeline, *networks: nn.Module) -> None:
    pipeline.device = GPU
    for network in networks:
        network.register_forward_pre_hook(full)


@pytest.mark.filterwarnings("ignore:no memory left")
def test_digits_come_from_the_cpu_when_the_gpu_is_full(digits):
    from gan_models import load

    pipeline = load("digits", device="cpu", weights="embedded")
    z, labels = pipeline.style_vector(7)[None].repeat(3, 1), torch.tensor([1, 2, 3])
    expected = digits.draw(z, labels)
    on_a_full_gpu(pipeline, pipeline.generator, pipeline.discriminator, pipeline.classifier)
    drawn = pipeline.draw(z, labels)
    assert torch.equal(drawn, expected)
    assert pipeline.read(drawn) == digits.read(expected)
    assert pipeline.realness(drawn, [1, 2, 3]) == digits.realness(expected, [1, 2, 3])


@pytest.mark.filterwarnings("ignore:no memory left")
def test_faces_come_from_the_cpu_when_the_gpu_is_full(faces, monkeypatch):
    from gan_models import load

    pipeline = load("faces", device="cpu", weights="embedded")
    z = torch.randn(2, pipeline.z_dim)
    concept = next(iter(pipeline.concepts))
    expected = faces.render(z, None), faces.render_without(z, {concept: 0.0}), faces.where(z, concept)
    draft, paint = DCGANGenerator.draft, DCGANGenerator.paint
    monkeypatch.setattr(DCGANGenerator, "draft", lambda network, z: full(network, (z,)) or draft(network, z))
    monkeypatch.setattr(DCGANGenerator, "paint", lambda network, u: full(network, (u,)) or paint(network, u))
    on_a_full_gpu(pipeline, pipeline.classifier, pipeline.face_discriminator)
    found = pipeline.render(z, None), pipeline.render_without(z, {concept: 0.0}), pipeline.where(z, concept)
    for ours, theirs in zip(found, expected, strict=True):
        assert torch.equal(ours, theirs)
    assert torch.equal(pipeline.attributes(expected[0]), faces.attributes(expected[0]))
    assert pipeline.realness(expected[0]) == faces.realness(expected[0])


def test_model_that_does_not_fit_the_gpu_is_loaded_on_the_cpu(monkeypatch):
    import gan_models

    def load(name, where, weights):
        if where != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return name, where

    monkeypatch.setattr(gan_models, "load", load)
    with pytest.warns(UserWarning, match="no memory left on the device for faces"):
        assert ModelPool("cuda").get("faces") == ("faces", "cpu")


# A GPU that is lent


def test_zero_gpu_borrows_for_heavy_calls_only(monkeypatch, faces):
    """What a ZeroGPU Space does, by the same way: arguments and answer are pickled, the function runs elsewhere."""
    lent = []

    def gpu(network, run, *inputs):
        network, run, inputs = pickle.loads(pickle.dumps((network, run, inputs)))
        lent.append(len(inputs[0]))
        return pickle.loads(pickle.dumps(run(network, *inputs).float()))

    monkeypatch.setattr(device, "ON_ZERO_GPU", True)
    monkeypatch.setattr(device, "run_on_cuda", gpu)
    assert device.pick_device("auto") == torch.device("cpu")
    assert len(faces.sample(list(range(4)))) == 4
    assert lent == []
    with torch.inference_mode():
        many = faces.render(torch.zeros(50, faces.z_dim), None)
    assert lent == [50]
    monkeypatch.setattr(device, "ON_ZERO_GPU", False)
    assert torch.allclose(many, faces.render(torch.zeros(50, faces.z_dim), None), atol=1e-5)


def test_without_a_gpu_to_lend_the_cpu_computes(monkeypatch):
    def gpu(*_):
        raise ValueError("You have exceeded your GPU quota")

    monkeypatch.setattr(device, "ON_ZERO_GPU", True)
    monkeypatch.setattr(device, "run_on_cuda", gpu)
    network, x = nn.Linear(3, 2), torch.randn(60, 3)
    with torch.inference_mode(), pytest.warns(UserWarning, match="no GPU was lent"):
        assert torch.equal(compute(network, torch.device("cpu"), x, heavy=True), network(x))


# bfloat16


@pytest.mark.parametrize(("slow", "pays"), [(torch.float32, True), (torch.bfloat16, False)])
def test_bfloat16_is_measured_and_not_believed(monkeypatch, slow, pays):
    """Whatever the processor claims, a convolution that takes longer in one of the two decides."""
    conv = torch.nn.functional.conv2d
    times = []

    def measured(x, *rest, **options):
        times.append(x.dtype)
        time.sleep(0.03 * (x.dtype == slow))
        return conv(x, *rest, **options)

    monkeypatch.setattr(torch.nn.functional, "conv2d", measured)
    device.fast_bfloat16.cache_clear()
    assert device.fast_bfloat16(torch.device("cpu")) is pays
    assert {torch.float32, torch.bfloat16} == set(times)
    count = len(times)
    assert device.fast_bfloat16(torch.device("cpu")) is pays and len(times) == count
    device.fast_bfloat16.cache_clear()
