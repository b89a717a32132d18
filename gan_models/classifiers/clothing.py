"""An ordinary classifier of clothes, which never saw a generated one."""

from gan_models.classifiers.digits import DigitClassifier


class ClothingClassifier(DigitClassifier):
    """Clothes (N, 1, 28, 28) in [-1, 1] to logits (N, 10), by the layers of the classifier of digits, but narrower.

    The order of the kinds is that of Fashion-MNIST: :data:`gan_models.data.mnist_subsets.CLOTHING`.
    """

    def __init__(self, width: int = 12):
        super().__init__(width)
