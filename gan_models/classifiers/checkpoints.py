"""The classifiers of digits, clothes, faces, flowers and things."""

from gan_models.classifiers.clothing import ClothingClassifier
from gan_models.classifiers.digits import DigitClassifier
from gan_models.classifiers.faces import FaceClassifier
from gan_models.classifiers.flowers import FlowerClassifier
from gan_models.classifiers.things import ThingClassifier
from gan_models.core.checkpoint import by_name, ours
from gan_models.data.celeba import ABOUT as CELEBA
from gan_models.data.mnist import ABOUT as MNIST
from gan_models.data.mnist import ABOUT_FASHION
from gan_models.data.things import ABOUT as CIFAR

CHECKPOINTS = by_name(
    ours(
        name="digit-judge",
        build=DigitClassifier,
        file="digit_judge.safetensors",
        sha256="41cd8bf1e0fa0c76614e1a514ac1520da4ffe4d79d6184eb6cea1d9aad53277f",
        resolution=28,
        channels=1,
        parameters=505_258,
        training_data=MNIST,
        paper="LeCun et al. (1998), Gradient-based learning applied to document recognition",
        summary="An ordinary classifier that never saw a generated digit; it reads what the generator writes.",
        training="12 epochs, 9 minutes on two CPU cores",
        metrics={"Accuracy on the 10,000 real test digits": "99.66 %"},
    ),
    ours(
        name="clothing-classifier",
        build=ClothingClassifier,
        file="clothing_classifier.safetensors",
        sha256="7eeaf94cbdcb1ef3c56e1285db28b6344c85e4ddca4f35c26eff00cf3699cf7c",
        resolution=28,
        channels=1,
        parameters=166_758,
        training_data=ABOUT_FASHION,
        paper="Xiao, Rasul and Vollgraf (2017), Fashion-MNIST: a Novel Image Dataset",
        summary="An ordinary classifier of ten kinds of clothes that never saw a generated one.",
        training="3 epochs, 10 minutes of one CPU core that five others used as well",
        metrics={"Accuracy on the 10,000 real test pictures": "89.96 %"},
    ),
    ours(
        name="face-judge",
        build=FaceClassifier,
        file="face_judge.safetensors",
        sha256="31d39ce12e1f35f0051ffa391a5c2f4e6c902962fd4ff12cac32d52ec724394a",
        resolution=64,
        channels=3,
        parameters=1_424_134,
        training_data=CELEBA,
        paper="Liu et al. (2015), Deep Learning Face Attributes in the Wild",
        summary="An ordinary classifier of six attributes that never saw a generated face.",
        training="6 epochs, 13 minutes on one CPU core",
        metrics={
            "Accuracy on 2,181 real test faces": "smiling 91.4 %, male 92.8 %, glasses 97.9 %, fringe 94.8 %, beard 91.9 %, young 81.3 %",
        },
    ),
    ours(
        name="flower-classifier",
        build=FlowerClassifier,
        file="flower_classifier.safetensors",
        sha256="ac330aab3dccbacb759e0858d7e76ffbab596318893c8dd80aac3be9a60f147b",
        resolution=64,
        channels=3,
        parameters=685_997,
        training_data="Oxford 102 flowers (Nilsback and Zisserman, 2008), 7,374 pictures at 64x64; non-commercial research",
        paper="Nilsback and Zisserman (2008), Automated Flower Classification over a Large Number of Classes",
        summary="An ordinary classifier of 102 kinds and seven colours that never saw a painted flower.",
        training="615 steps of 64 flowers, 8 minutes of one CPU core that others used as well",
        metrics={"815 real test flowers": "kind 51.4 %, among five 81.8 %, colour 96.3 %"},
    ),
    ours(
        name="thing-classifier",
        build=ThingClassifier,
        file="thing_classifier.safetensors",
        sha256="5a2e9fd52e387e63143938ab4597a4c204602a2183eb9dcde7616ffbafc1767e",
        resolution=32,
        channels=3,
        parameters=483_402,
        training_data=CIFAR,
        paper="He et al. (2016), Deep Residual Learning for Image Recognition",
        summary="An ordinary classifier of ten kinds of things that never saw a painted one.",
        training="4,500 steps of 64 pictures, 18 minutes of one CPU core that others used as well",
        metrics={"5,000 real test pictures": "80.9 % read right"},
    ),
)
