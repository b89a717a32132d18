"""What training scripts share: the loop, losses, discriminators of features.

``python -m gan_models.FAMILY.train --help`` says what a family can be told. All of them go on with ``--resume STATE``
as if they had not been stopped, begin from shipped weights with ``--resume FOLDER``, and share the work with ``torchrun
--nproc-per-node 2 -m gan_models.FAMILY.train``: each process draws pictures of its own, ``--batch`` at a time, and
gradients are averaged, over gloo on CPUs and NCCL on GPUs. A new family derives from
:class:`gan_models.training.trainer.Trainer`.
"""
