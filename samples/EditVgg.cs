#:project ../src/Pth.Torch/Pth.Torch.csproj
#:property UsesTorch=true
#:property PublishAot=false
using Pth;
using Pth.Torch;
using Pth.Torch.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

// dotnet run samples/EditVgg.cs samples/vgg16_bn_dataparallel.pth three.pth
// A VGG16 for ten classes, as DataParallel saved it, becomes one for three.
using var checkpoint = Checkpoint.Open(args[0]);
using Vgg net = Vgg.Vgg16Bn(classes: 10, VggLayout.Cifar, width: 4); // real ones have width 64
Console.WriteLine(net.Dissect(checkpoint)); // beside each layer, what the file has for it

// The state dict is a dictionary, to be edited as any; its tensors still lie in the file.
StateDict state = checkpoint.StateDict.WithoutPrefix("module.");
state.Remove("classifier.weight");
state.Remove("classifier.bias");
float[] bias = state["features.0.bias"].ToArray<float>();
bias[0] = 0;
state["features.0.bias"] = TensorView.FromArray(bias);

// Ten classes go, three come; all other layers keep what they have learnt.
net.Classifier.Dispose();
net.Classifier = Linear(32, 3);
LoadResult loaded = net.LoadStateDict(state, new() { Strict = false });
Console.WriteLine($"to be trained anew: {string.Join(", ", loaded.MissingKeys)}");

net.SaveCheckpoint(args[1]); // as torch.save(net.state_dict(), path)

// Is it what we meant? Read it back, into a second network, and compare what both say of an image.
using var saved = Checkpoint.Open(args[1]);
ChecksumReport records = saved.VerifyChecksums();
Console.WriteLine($"{records.Verified} records verified, {records.Failures.Count} damaged");
using Vgg second = Vgg.Vgg16Bn(classes: 3, VggLayout.Cifar, width: 4);
second.LoadStateDict(saved.StateDict); // strict: every name and shape fits
net.eval();
second.eval();
using Tensor image = randn(1, 3, 32, 32);
using Tensor logits = net.call(image);
using Tensor again = second.call(image);
Console.WriteLine(
    $"bias 0 is {saved.StateDict["features.0.bias"].AsSpan<float>()[0]}, logits are the same: {logits.Equals(again)}"
);
