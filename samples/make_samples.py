"""Makes the sample checkpoints: a narrow VGG16-BN in the CIFAR layout, plain and as torch.nn.DataParallel saves it.

usage: make_samples.py FOLDER   (the files of the repository were made with PyTorch 2.14.1)

As a module it gives the network: `vgg16_bn()` is what the files are loaded into.
"""

import sys

import torch
from torch import nn

# VGG's configuration D: output channels in units of the width, M for max pooling.
LAYERS = [1, 1, "M", 2, 2, "M", 4, 4, 4, "M", 8, 8, 8, "M", 8, 8, 8, "M"]


class VGG(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        layers, channels = [], 3
        for layer in LAYERS:
            if layer == "M":
                layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            else:
                layers += [
                    nn.Conv2d(channels, layer * width, kernel_size=3, padding=1),
                    nn.BatchNorm2d(layer * width),
                    nn.ReLU(inplace=True),
                ]
                channels = layer * width
        layers.append(nn.AvgPool2d(kernel_size=1, stride=1))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, images):
        return self.classifier(self.features(images).flatten(1))


def vgg16_bn(width=4, classes=10):
    """The network of the samples. Real VGG16 has width 64."""
    return VGG(width, classes)


def main(folder):
    torch.manual_seed(0)
    net = vgg16_bn()
    with torch.no_grad():
        for name, buffer in net.named_buffers():
            if name.endswith("running_mean"):
                buffer.normal_(0, 0.1)
            elif name.endswith("running_var"):
                buffer.uniform_(0.5, 1.5)
            else:
                buffer.fill_(39_100)  # 100 epochs of CIFAR-10 in batches of 128
    torch.save(net.state_dict(), f"{folder}/vgg16_bn.pth")
    torch.save(nn.DataParallel(net).state_dict(), f"{folder}/vgg16_bn_dataparallel.pth")


if __name__ == "__main__":
    main(sys.argv[1])
