using Pth.Tests.Oracles;
using Pth.Tests.Tensors;

namespace Pth.Tests.Live;

/// <summary>Random elements, converted here and by the newest PyTorch.</summary>
[Trait("Category", "Live")]
public sealed class LiveCastTests(TorchOracles oracles)
{
    private const int Count = 300_001;

    // What PyTorch's code for AVX leaves of a NaN is the processor's business, so every NaN is made the same one on both sides.
    private const string Cast = """
        folder, source, targets = args[0], args[1], args[2].split(",")
        raw = open(f"{folder}/in", "rb").read()
        t = torch.frombuffer(bytearray(raw), dtype=torch.uint8).view(getattr(torch, source))
        for target in targets:
            dtype = getattr(torch, target)
            made = t.to(dtype)
            nan = torch.tensor(float("nan")).to(dtype)
            made = torch.where(made.to(torch.float64).isnan(), nan.to(torch.float64), made.to(torch.float64)).to(dtype)
            open(f"{folder}/{target}", "wb").write(bytes(made.view(torch.uint8).numpy()))
        """;

    public static TheoryData<string> Sources => new("float32", "float64", "float16", "bfloat16");

    [Theory]
    [MemberData(nameof(Sources))]
    public void Random_elements_become_what_PyTorch_makes_of_them(string source)
    {
        TorchOracle torch = oracles.Get("2.14.1");
        using SharedFolder folder = torch.CreateFolder();
        DType from = TensorGolden.ParseDType(source);
        string[] targets =
        [
            .. new[]
            {
                "float64",
                "float32",
                "float16",
                "bfloat16",
                "float8_e4m3fn",
                "float8_e5m2",
                "float8_e4m3fnuz",
                "float8_e5m2fnuz",
            }.Where(target => target != source),
        ];
        byte[] elements = RandomElements(from);
        using (FileStream file = File.Create(folder["in"]))
        {
            file.Write(elements);
        }

        torch.Run(Cast, folder.ForPython(""), source, string.Join(',', targets));

        TensorView input = TensorView.FromBytes(from, elements, [Count]);
        foreach (string target in targets)
        {
            DType to = TensorGolden.ParseDType(target);
            byte[] ours = new byte[Count * to.ItemSize];
            input.Cast(to).CopyTo(ours.AsSpan());
            double[] numbers = TensorView.FromBytes(to, ours, [Count]).ReadAs<double>();
            byte[] theirs = File.ReadAllBytes(folder[target]);
            double[] expected = TensorView.FromBytes(to, theirs, [Count]).ReadAs<double>();
            for (int i = 0; i < Count; i++)
            {
                bool isSame = double.IsNaN(expected[i])
                    ? double.IsNaN(numbers[i])
                    : ours.AsSpan(i * to.ItemSize, to.ItemSize)
                        .SequenceEqual(theirs.AsSpan(i * to.ItemSize, to.ItemSize));
                Assert.True(isSame, $"{source} to {target}, element {i}: {numbers[i]:r}, PyTorch has {expected[i]:r}");
            }
        }
    }

    /// <summary>Half of them any bits, half of them numbers such as networks have.</summary>
    private static byte[] RandomElements(DType dtype)
    {
        var random = new Random(11);
        byte[] bytes = new byte[Count * dtype.ItemSize];
        random.NextBytes(bytes);
        double[] usual = new double[Count / 2];
        foreach (ref double number in usual.AsSpan())
        {
            number = (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-24, 18));
        }
        TensorView.FromArray(usual).ConvertTo(dtype).CopyTo(bytes.AsSpan(0, usual.Length * dtype.ItemSize));
        return bytes;
    }
}
