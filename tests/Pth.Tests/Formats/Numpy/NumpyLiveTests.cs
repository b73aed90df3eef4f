using System.Globalization;
using Pth.Tests.Oracles;

namespace Pth.Tests.Formats.Numpy;

/// <summary>Arrays against real NumPy, in both directions.</summary>
[Trait("Category", "Live")]
public class NumpyLiveTests(TorchOracles oracles)
{
    private const string Make = """
        import hashlib, numpy as np
        rng = np.random.default_rng(1)
        arrays = {}
        for code in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]:
            for shape in [(), (1,), (5,), (0,), (2, 3), (0, 4), (2, 3, 4), (3, 1, 2, 2)]:
                for endian in "<>":
                    for order in "CF":
                        if code[1:] == "1" and endian == ">":
                            continue
                        count = int(np.prod(shape))
                        raw = rng.integers(0, 2 if code == "b1" else 256, count * np.dtype(code).itemsize, dtype=np.uint8)
                        a = raw.view("<" + code).reshape(shape).astype(endian + code, order=order)
                        name = f"{code} {shape} {order}" + (" big" if endian == ">" else "")
                        arrays[name] = np.asarray(a, order=order)
        folder = args[0]
        np.savez(f"{folder}/all.npz", **arrays)
        np.savez_compressed(f"{folder}/packed.npz", **arrays)
        for i, (name, a) in enumerate(arrays.items()):
            with open(f"{folder}/{i}.npy", "wb") as f:
                np.lib.format.write_array(f, a, version=[(1, 0), (2, 0), (3, 0)][i % 3])
            little = a.astype(a.dtype.newbyteorder("<"))
            print(name, a.dtype.name, "x".join(map(str, a.shape)), hashlib.sha256(little.tobytes()).hexdigest(), sep="|")
        """;

    private const string Load = """
        import hashlib, io, numpy as np
        z = np.load(f"{args[0]}/ours.npz")
        assert z.zip.testzip() is None
        for name in z.files:
            a = z[name]
            assert a.dtype.isnative and a.flags.c_contiguous
            print(name, a.dtype.name, "x".join(map(str, a.shape)), hashlib.sha256(a.tobytes()).hexdigest(), sep="|")
            out = io.BytesIO()
            np.save(out, a)
            if z.zip.read(name + ".npy") != out.getvalue():
                print("not what numpy.save writes")
        """;

    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void All_types_orders_and_byte_orders_are_read_as_NumPy_wrote_them(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        string[] rows = torch.Run(Make, folder.ForPython(".")).TrimEnd().Split('\n');
        Assert.Equal(14 * 8 * 4 - 3 * 8 * 2, rows.Length);

        foreach (string zip in new[] { "all.npz", "packed.npz" })
        {
            using Checkpoint open = Checkpoint.Open(folder[zip]);
            using Checkpoint load = Checkpoint.Load(folder[zip]);
            Assert.Equal(rows, Describe(open));
            Assert.Equal(rows, Describe(load));
            Assert.Equal("npz", open.Container.Kind);
            Assert.True(open.Container.IsBigEndian);
            Assert.Empty(open.VerifyChecksums(cancellationToken: TestContext.Current.CancellationToken).Failures);
            if (zip == "all.npz")
            {
                Assert.All(open.Tensors, tensor => Assert.True(tensor.Tensor.Storage.Verify() || IsEmpty(tensor)));
            }
        }
        for (int i = 0; i < rows.Length; i++)
        {
            using Checkpoint single = Checkpoint.Open(folder[$"{i}.npy"]);
            string row = rows[i][(rows[i].IndexOf('|', StringComparison.Ordinal) + 1)..];
            Assert.Equal($"<root>|{row}", Assert.Single(Describe(single)));
            Assert.Equal((i % 3) + 1, single.Container.Version);
        }
    }

    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void NumPy_reads_all_that_is_written(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        torch.Run(Make, folder.ForPython("."));
        using Checkpoint theirs = Checkpoint.Open(folder["all.npz"]);
        var root = theirs.Root.As<PyDict>();
        root["größe/🙂"] = TensorView.FromArray(new[] { 1.5f });
        var options = new WriteOptions { Format = ContainerFormat.Npz, Durability = Durability.Kernel };
        Checkpoint.Save(folder["ours.npz"], root, options);

        string[] printed = torch.Run(Load, folder.ForPython(".")).TrimEnd().Split('\n');

        Assert.Equal(Describe(theirs).Take(root.Count - 1), printed.SkipLast(1));
        Assert.StartsWith("größe/🙂|float32|1|", printed[^1], StringComparison.Ordinal);
        Saved.AssertSameBytes(Saved.Bytes(root, options), File.ReadAllBytes(folder["ours.npz"]), "ours.npz");
        using Checkpoint again = Checkpoint.Load(folder["ours.npz"]);
        Assert.All(again.Tensors, tensor => Assert.Equal(0, tensor.Tensor.Storage.FileOffset % 64));
    }

    private static bool IsEmpty(NamedTensor tensor) => tensor.Tensor.ElementCount == 0;

    private static IEnumerable<string> Describe(Checkpoint checkpoint) =>
        checkpoint.Tensors.Select(named =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{named.Name}|{named.Tensor.DType.TorchName}|{string.Join('x', named.Tensor.Shape)}|{Convert.ToHexStringLower(named.Tensor.Sha256())}"
            )
        );
}
