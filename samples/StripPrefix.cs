#:project ../src/Pth/Pth.csproj
using Pth;

// dotnet run samples/StripPrefix.cs vgg16_dp.pth vgg16.pth
using var checkpoint = Checkpoint.Open(args[0]); // maps the file and reads only its pickle
Console.WriteLine($"{checkpoint.Tensors.Count} tensors, written by {checkpoint.Container.Writer}");

StateDict state = checkpoint.StateDict.WithoutPrefix("module."); // in order, as in Python; no tensor is copied
foreach ((string name, TensorView tensor) in state.Take(3))
{
    Console.WriteLine($"{name}: {tensor.DType.TorchName} [{string.Join(", ", tensor.Shape)}]");
}
ReadOnlySpan<float> bias = state["classifier.bias"].AsSpan<float>(); // the file's own bytes
Console.WriteLine($"classifier.bias begins with {bias[0]:f4}");

Checkpoint.Save(args[1], state); // byte for byte what torch.save writes
