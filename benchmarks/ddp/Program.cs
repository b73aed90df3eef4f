using System.Globalization;
using Pth.Benchmarks.Ddp;

// A step of training of the CIFAR VGG16-BN on one and two ranks: Pth over both MPI libraries beside PyTorch's DistributedDataParallel over gloo, and
// beside TorchSharp without any connection, in turn, so that a noisy machine is noisy for all.
// usage: Pth.Benchmarks.Ddp [ROUNDS [FILE [avx2|avx512]]]
if (args is ["worker", var folder, .. var words])
{
    Worker.Run(folder, words);
    return;
}
int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
Instructions set = args.Length > 2 && args[2] == "avx512" ? Instructions.Avx512 : Instructions.Avx2;
using Comparison comparison = new(set);
comparison.Run(rounds);
string table = comparison.Table();
Console.WriteLine(table);
if (args.Length > 1)
{
    File.WriteAllText(args[1], table);
}
